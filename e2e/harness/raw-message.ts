// The harness reads SIP by itself, on purpose: with the parser of packages/sip on both sides a parser bug could cancel itself out.

export interface RawMessage {
  readonly text: string
  readonly startLine: string
  /** Method of a request, '' for a response. */
  readonly method: string
  readonly requestUri: string
  /** Status of a response, 0 for a request. */
  readonly status: number
  readonly reason: string
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: string
}

const longName: Readonly<Record<string, string>> = {
  v: 'via',
  f: 'from',
  t: 'to',
  i: 'call-id',
  m: 'contact',
  l: 'content-length',
  c: 'content-type',
  k: 'supported',
}

/** Text of one message (latin1, one character per octet) to its parts; header names in lower case and long form. */
export function readRaw(text: string): RawMessage {
  const gap = text.indexOf('\r\n\r\n')
  const head = gap === -1 ? text : text.slice(0, gap)
  const lines = head.replace(/\r\n[ \t]+/g, ' ').split('\r\n')
  const startLine = lines[0] ?? ''
  const isResponse = startLine.startsWith('SIP/2.0 ')
  const words = startLine.split(' ')
  return {
    text,
    startLine,
    method: isResponse ? '' : (words[0] ?? ''),
    requestUri: isResponse ? '' : (words[1] ?? ''),
    status: isResponse ? Number(words[1]) : 0,
    reason: isResponse ? words.slice(2).join(' ') : '',
    headers: lines.slice(1).map(headerOf),
    body: gap === -1 ? '' : text.slice(gap + 4),
  }
}

function headerOf(line: string): readonly [string, string] {
  const colon = line.indexOf(':')
  const name = line.slice(0, colon).trim().toLowerCase()
  return [longName[name] ?? name, line.slice(colon + 1).trim()]
}

/** Value of the first header with this name, '' when there is none. */
export function headerValue(message: RawMessage, name: string): string {
  return message.headers.find(([found]) => found === name.toLowerCase())?.[1] ?? ''
}

/** Values of all headers with this name, in order, one entry a line. */
export function headerValues(message: RawMessage, name: string): readonly string[] {
  return message.headers.filter(([found]) => found === name.toLowerCase()).map(([, value]) => value)
}

/** Like headerValues, with the comma lists of Route and Record-Route taken apart. */
export function routeValues(message: RawMessage, name: 'route' | 'record-route'): readonly string[] {
  return headerValues(message, name).flatMap((value) => value.split(/,(?=\s*<)/).map((route) => route.trim()))
}

/** The tag parameter of From or To, '' when there is none. */
export function tagOf(message: RawMessage, name: 'from' | 'to'): string {
  return /;\s*tag=([^;\s]+)/i.exec(headerValue(message, name))?.[1] ?? ''
}

/** The number of CSeq. */
export function cseqNumber(message: RawMessage): number {
  return Number.parseInt(headerValue(message, 'cseq'), 10)
}

/** The method in CSeq: of a response, the method it answers. */
export function cseqMethod(message: RawMessage): string {
  return headerValue(message, 'cseq').split(/\s+/)[1] ?? ''
}

/** The URI between < and > of a name-addr, or the whole value up to the parameters. */
export function uriOf(nameAddr: string): string {
  return /<([^>]*)>/.exec(nameAddr)?.[1] ?? nameAddr.split(';')[0] ?? ''
}
