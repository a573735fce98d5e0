export interface DialogText {
  readonly method: string
  readonly ruri: string
  readonly fromUri: string
  readonly fromName: string
  readonly toUri: string
  readonly callId: string
  readonly cseq: number
  readonly fromTag: string
  readonly toTag: string
  readonly caller: string
  readonly viaBranch: string
}

const PROXY = '127.0.0.1:5060'

const SDP = (host: string): string =>
  [
    'v=0',
    `o=- 3874 3874 IN IP4 ${host}`,
    's=-',
    `c=IN IP4 ${host}`,
    't=0 0',
    'm=audio 40376 RTP/AVP 8 0 101',
    'a=rtpmap:8 PCMA/8000',
    'a=rtpmap:0 PCMU/8000',
    'a=rtpmap:101 telephone-event/8000',
    'a=fmtp:101 0-16',
    'a=ptime:20',
    'a=sendrecv',
    '',
  ].join('\r\n')

function withBody(lines: readonly string[], body: string): string {
  const type = body === '' ? [] : ['Content-Type: application/sdp']
  return [...lines, ...type, `Content-Length: ${body.length}`, '', body].join('\r\n')
}

/** A request as it is on the wire; `hop` is the branch it takes behind the proxy, null in front of it. */
export function requestText(dialog: DialogText, method: string, hop: { branch: number; uri: string } | null): string {
  const vias = [`Via: SIP/2.0/UDP ${dialog.caller};branch=z9hG4bK-${dialog.viaBranch};rport`]
  if (hop !== null) vias.unshift(`Via: SIP/2.0/UDP ${PROXY};branch=z9hG4bK${dialog.viaBranch}.${hop.branch}`)
  return withBody(
    [
      `${method} ${hop?.uri ?? dialog.ruri} SIP/2.0`,
      ...(hop === null || method !== 'INVITE' ? [] : [`Record-Route: <sip:${PROXY};lr>`]),
      ...vias,
      `Max-Forwards: ${hop === null ? 70 : 69}`,
      `From: "${dialog.fromName}" <${dialog.fromUri}>;tag=${dialog.fromTag}`,
      `To: <${dialog.toUri}>${method === 'BYE' ? `;tag=${dialog.toTag}` : ''}`,
      `Call-ID: ${dialog.callId}`,
      `CSeq: ${dialog.cseq} ${method}`,
      `Contact: <sip:${dialog.fromName.toLowerCase()}@${dialog.caller}>`,
      ...(method === 'REGISTER' ? ['Expires: 600'] : []),
      'User-Agent: baresip v3.12.0 (x86_64/linux)',
    ],
    method === 'INVITE' ? SDP(dialog.caller.split(':')[0]) : '',
  )
}

export function replyText(
  dialog: DialogText,
  reply: { readonly status: number; readonly reason: string; readonly method: string },
  hop: { branch: number } | null,
): string {
  const vias = [`Via: SIP/2.0/UDP ${dialog.caller};branch=z9hG4bK-${dialog.viaBranch};rport=5060`]
  if (hop !== null) vias.unshift(`Via: SIP/2.0/UDP ${PROXY};branch=z9hG4bK${dialog.viaBranch}.${hop.branch}`)
  const answered = reply.status === 200 && reply.method === 'INVITE'
  return withBody(
    [
      `SIP/2.0 ${reply.status} ${reply.reason}`,
      ...vias,
      ...(answered ? [`Record-Route: <sip:${PROXY};lr>`] : []),
      `From: "${dialog.fromName}" <${dialog.fromUri}>;tag=${dialog.fromTag}`,
      `To: <${dialog.toUri}>${reply.status === 100 ? '' : `;tag=${dialog.toTag}`}`,
      `Call-ID: ${dialog.callId}`,
      `CSeq: ${dialog.cseq} ${reply.method}`,
      ...(answered ? ['Contact: <sip:phone@10.0.0.7:5080>'] : []),
    ],
    answered ? SDP('10.0.0.7') : '',
  )
}
