/** What a phone puts into a request besides its own addresses. */
export interface RequestText {
  readonly method: string
  readonly uri: string
  readonly branch: string
  /** ip:port of the phone. */
  readonly sentBy: string
  readonly from: string
  readonly to: string
  readonly callId: string
  readonly cseq: number
  readonly contact: string
  readonly routes: readonly string[]
  /** Complete lines without CRLF. */
  readonly headers: readonly string[]
  readonly contentType: string
  readonly body: string
}

/** The octets of a request. */
export function requestBytes(request: RequestText): Uint8Array {
  const body = new TextEncoder().encode(request.body)
  const lines = [
    `${request.method} ${request.uri} SIP/2.0`,
    `Via: SIP/2.0/UDP ${request.sentBy};rport;branch=${request.branch}`,
    ...request.routes.map((route) => `Route: ${route}`),
    'Max-Forwards: 70',
    `From: ${request.from}`,
    `To: ${request.to}`,
    `Call-ID: ${request.callId}`,
    `CSeq: ${request.cseq} ${request.method}`,
    `Contact: ${request.contact}`,
    ...request.headers,
    'User-Agent: Signalbox demo',
    ...(body.length === 0 ? [] : [`Content-Type: ${request.contentType}`]),
    `Content-Length: ${body.length}`,
  ]
  return Buffer.concat([new TextEncoder().encode(`${lines.join('\r\n')}\r\n\r\n`), body])
}

/** A session description for one audio stream that nobody will send. */
export function sessionDescription(host: string): string {
  const family = host.includes(':') ? 'IP6' : 'IP4'
  return [
    'v=0',
    `o=demo 1 1 IN ${family} ${host}`,
    's=-',
    `c=IN ${family} ${host}`,
    't=0 0',
    'm=audio 40000 RTP/AVP 8 0 101',
    'a=rtpmap:101 telephone-event/8000',
    'a=sendrecv',
    '',
  ].join('\r\n')
}
