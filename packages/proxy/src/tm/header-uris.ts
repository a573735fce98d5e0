import { NameAddr, parseNameAddr, type SipMessage } from '@signalbox/sip'

/** The URIs of every value of a header of name-addrs, in order. */
export function headerUris(message: SipMessage, id: number): string[] {
  const view = new NameAddr()
  const found: string[] = []
  for (let line = message.first(id); line >= 0; line = message.next(line)) {
    for (let at = message.valueStart[line]; at >= 0; at = view.nextStart) {
      parseNameAddr(view, message.bytes, at, message.valueEnd[line])
      found.push(message.text(view.uriStart, view.uriEnd))
    }
  }
  return found
}
