import type { EngineEvent, EngineEventOf } from '@signalbox/contract'

export type MessageEvent = EngineEventOf<'msg-in'> | EngineEventOf<'msg-out'> | EngineEventOf<'retransmit'>

export function isMessage(event: EngineEvent): event is MessageEvent {
  return event.kind === 'msg-in' || event.kind === 'msg-out' || event.kind === 'retransmit'
}

export type MessageTone = 'request' | 'provisional' | 'success' | 'redirect' | 'failure'

export interface MessageSummary {
  /** `INVITE sip:bob@example.net` or `180 Ringing`. */
  readonly label: string
  readonly tone: MessageTone
  readonly hasSdp: boolean
}

/** What one arrow says. `transactionMethod` is left out of reply labels that belong to it. */
export function summarise(event: MessageEvent, transactionMethod: string): MessageSummary {
  const { raw, status, method } = event.data
  const firstLine = raw.slice(0, Math.max(0, raw.search(/\r?\n/)))
  const hasSdp = /^(?:content-type|c)\s*:\s*application\/sdp/im.test(raw) && /\r?\n\r?\n\s*v=0/.test(raw)
  if (status === null) {
    const uri = firstLine.split(' ')[1] ?? ''
    return { label: uri === '' ? method : `${method} ${uri}`, tone: 'request', hasSdp }
  }
  const reason = firstLine.replace(/^SIP\/2\.0\s+\d{3}\s*/i, '')
  const owner = method === transactionMethod ? '' : ` (${method})`
  return { label: `${status}${reason === '' ? '' : ` ${reason}`}${owner}`, tone: replyTone(status), hasSdp }
}

function replyTone(status: number): MessageTone {
  if (status < 200) return 'provisional'
  if (status < 300) return 'success'
  return status < 400 ? 'redirect' : 'failure'
}
