/** The messages of a call as a proxy at 127.0.0.1:5060 meets them, between a caller at port 5061 and a callee at port 5062. */

const encoder = new TextEncoder()

function message(lines: readonly string[], body = ''): Uint8Array {
  return encoder.encode(`${[...lines, `Content-Length: ${body.length}`].join('\r\n')}\r\n\r\n${body}`)
}

const SDP = [
  'v=0',
  'o=user1 53655765 2353687637 IN IP4 127.0.0.1',
  's=-',
  'c=IN IP4 127.0.0.1',
  't=0 0',
  'm=audio 6000 RTP/AVP 0 8 101',
  'a=rtpmap:0 PCMU/8000',
  'a=rtpmap:8 PCMA/8000',
  'a=rtpmap:101 telephone-event/8000',
  '',
].join('\r\n')

const OWN_ROUTE = '<sip:127.0.0.1:5060;lr;ftag=alice1>'

function dialog(id: string, toTag: string, cseq: string): readonly string[] {
  return [
    'From: "Alice" <sip:alice@example.com>;tag=alice1',
    `To: "Bob" <sip:bob@example.com>${toTag}`,
    `Call-ID: ${id}-1234567@127.0.0.1`,
    `CSeq: ${cseq}`,
  ]
}

export function invite(id: string): Uint8Array {
  const lines = [
    'INVITE sip:bob@127.0.0.1:5062;transport=UDP SIP/2.0',
    `Via: SIP/2.0/UDP 127.0.0.1:5061;branch=z9hG4bK-${id}-1-0`,
    ...dialog(id, '', '1 INVITE'),
    'Contact: <sip:alice@127.0.0.1:5061;transport=UDP>',
    'Max-Forwards: 70',
    'User-Agent: sipp',
    'Allow: INVITE, ACK, CANCEL, BYE, OPTIONS, UPDATE',
    'Supported: replaces, timer',
    'Content-Type: application/sdp',
  ]
  return message(lines, SDP)
}

/** ACK or BYE within the dialog. */
export function within(id: string, method: 'ACK' | 'BYE'): Uint8Array {
  const lines = [
    `${method} sip:bob@127.0.0.1:5062;transport=UDP SIP/2.0`,
    `Via: SIP/2.0/UDP 127.0.0.1:5061;branch=z9hG4bK-${id}-1-${method}`,
    `Route: ${OWN_ROUTE}`,
    ...dialog(id, ';tag=bob1', method === 'ACK' ? '1 ACK' : '2 BYE'),
    'Max-Forwards: 70',
  ]
  return message(lines)
}

/** The callee's reply; `branch` is that of the proxy's Via. */
export function reply(id: string, status: string, method: 'INVITE' | 'BYE', branch: string): Uint8Array {
  const isInvite = method === 'INVITE'
  const own = `SIP/2.0/UDP 127.0.0.1:5060;branch=${branch}`
  const lines = [
    `SIP/2.0 ${status}`,
    `Via: ${own}, SIP/2.0/UDP 127.0.0.1:5061;branch=z9hG4bK-${id}-1-${isInvite ? '0' : 'BYE'}`,
    ...(isInvite ? [`Record-Route: ${OWN_ROUTE}`] : []),
    ...dialog(id, ';tag=bob1', isInvite ? '1 INVITE' : '2 BYE'),
    'Contact: <sip:bob@127.0.0.1:5062;transport=UDP>',
  ]
  return message(lines, isInvite && status.startsWith('200') ? SDP : '')
}
