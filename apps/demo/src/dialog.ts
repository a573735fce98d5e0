import { HeaderId, NameAddr, parseNameAddr } from '@signalbox/sip'
import type { SipMessage } from '@signalbox/sip'

/** What requests inside an established call need (RFC 3261 12.1.2). */
export interface Dialog {
  readonly target: string
  readonly to: string
  readonly routes: readonly string[]
}

const view = new NameAddr()

/** All values of a header that holds name-addrs, comma lists taken apart. */
function nameAddrs(message: SipMessage, header: number): { readonly text: string; readonly uri: string }[] {
  const found = []
  for (let line = message.first(header); line !== -1; line = message.next(line)) {
    let at = message.valueStart[line]
    while (at !== -1) {
      parseNameAddr(view, message.bytes, at, message.valueEnd[line])
      found.push({ text: message.text(view.start, view.end), uri: message.text(view.uriStart, view.uriEnd) })
      at = view.nextStart
    }
  }
  return found
}

/** The dialog that a 2xx to our INVITE opens; null when it names no contact. */
export function dialogOf(ok: SipMessage): Dialog | null {
  const [contact] = nameAddrs(ok, HeaderId.CONTACT)
  if (contact === undefined) return null
  const routes = nameAddrs(ok, HeaderId.RECORD_ROUTE).map(({ text }) => text)
  return { target: contact.uri, to: ok.header(HeaderId.TO) ?? '', routes: routes.toReversed() }
}
