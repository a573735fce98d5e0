import { rawToText } from '@signalbox/contract'

const HEADERS = {
  from: /^(?:from|f)[ \t]*:[ \t]*(.*(?:\r\n[ \t].*)*)/im,
  to: /^(?:to|t)[ \t]*:[ \t]*(.*(?:\r\n[ \t].*)*)/im,
  callId: /^(?:call-id|i)[ \t]*:[ \t]*(.*(?:\r\n[ \t].*)*)/im,
  cseq: /^cseq[ \t]*:[ \t]*(.*(?:\r\n[ \t].*)*)/im,
} as const

/** What a list shows of a message. Read from the text alone: whatever came over the wire gives an outline, gaps empty. */
export interface MessageOutline {
  readonly method: string
  /** Null for a request. */
  readonly status: number | null
  readonly reason: string
  readonly ruri: string
}

/** `raw`: the message, one character a byte. */
export function outlineOf(raw: string): MessageOutline {
  const end = raw.indexOf('\r\n')
  const line = end < 0 ? raw : raw.slice(0, end)
  const reply = /^SIP\/2\.0 (\d{3}) ?(.*)$/i.exec(line)
  if (reply !== null) {
    const method = headerOf(raw, 'cseq').split(/\s+/).at(1) ?? ''
    return { method, status: Number(reply[1]), reason: rawToText(reply[2]), ruri: '' }
  }
  const [method, ruri = ''] = line.split(' ')
  return { method, status: null, reason: '', ruri: rawToText(ruri) }
}

/** Value of the first such header, folded lines joined; '' when there is none. */
export function headerOf(raw: string, name: keyof typeof HEADERS): string {
  const end = raw.indexOf('\r\n\r\n')
  const value = HEADERS[name].exec(end < 0 ? raw : raw.slice(0, end + 2))?.at(1) ?? ''
  return rawToText(value.replaceAll(/\r\n[ \t]+/g, ' ').trim())
}
