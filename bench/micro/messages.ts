import { BRANCH, NUMBER } from './message-slot.ts'

/**
 * The messages of a call, and of a MESSAGE, as a proxy at 127.0.0.1:5060 meets them between a caller at port 5061 and a callee at port
 * 5062. Texts, with the number of the call and the proxy's branch left open.
 */

function message(lines: readonly string[], body = ''): string {
  return `${[...lines, `Content-Length: ${body.length}`].join('\r\n')}\r\n\r\n${body}`
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

const CALLER_TAG = `4711a${NUMBER}`
const CALLEE_TAG = `4712b${NUMBER}`
const OWN_ROUTE = `<sip:127.0.0.1:5060;lr;ftag=${CALLER_TAG}>`

function dialog(toTag: string, cseq: string): readonly string[] {
  return [
    `From: "Alice" <sip:alice@example.com>;tag=${CALLER_TAG}`,
    `To: "Bob" <sip:bob@example.com>${toTag}`,
    `Call-ID: ${NUMBER}-4711@127.0.0.1`,
    `CSeq: ${cseq}`,
  ]
}

function request(method: string): readonly string[] {
  return [
    `${method} sip:bob@127.0.0.1:5062;transport=UDP SIP/2.0`,
    `Via: SIP/2.0/UDP 127.0.0.1:5061;branch=z9hG4bK-4711-${NUMBER}-${method}`,
  ]
}

export const invite = message(
  [
    ...request('INVITE'),
    ...dialog('', '1 INVITE'),
    'Contact: <sip:alice@127.0.0.1:5061;transport=UDP>',
    'Max-Forwards: 70',
    'User-Agent: sipp',
    'Allow: INVITE, ACK, CANCEL, BYE, OPTIONS, UPDATE',
    'Supported: replaces, timer',
    'Content-Type: application/sdp',
  ],
  SDP,
)

/** ACK or BYE within the dialog. */
function within(method: 'ACK' | 'BYE', cseq: string): string {
  return message([...request(method), `Route: ${OWN_ROUTE}`, ...dialog(`;tag=${CALLEE_TAG}`, cseq), 'Max-Forwards: 70'])
}

export const ack = within('ACK', '1 ACK')
export const bye = within('BYE', '2 BYE')

export const textMessage = message(
  [...request('MESSAGE'), ...dialog('', '1 MESSAGE'), 'Max-Forwards: 70', 'User-Agent: sipp', 'Content-Type: text/plain'],
  'Watson, come here.',
)

/** The callee joins the Vias by commas, as sipp does. */
function reply(status: string, cseq: string, lines: readonly string[] = [], body = ''): string {
  const via = `SIP/2.0/UDP 127.0.0.1:5060;branch=${BRANCH}, SIP/2.0/UDP 127.0.0.1:5061;branch=z9hG4bK-4711-${NUMBER}-${cseq.split(' ')[1]}`
  return message([`SIP/2.0 ${status}`, `Via: ${via}`, ...lines.slice(0, 1), ...dialog(`;tag=${CALLEE_TAG}`, cseq), ...lines.slice(1)], body)
}

const DIALOG_LINES = [`Record-Route: ${OWN_ROUTE}`, 'Contact: <sip:bob@127.0.0.1:5062;transport=UDP>']

export const ringing = reply('180 Ringing', '1 INVITE', DIALOG_LINES)
export const answer = reply('200 OK', '1 INVITE', [...DIALOG_LINES, 'Content-Type: application/sdp'], SDP)
export const goodbye = reply('200 OK', '2 BYE')
export const received = reply('200 OK', '1 MESSAGE')
