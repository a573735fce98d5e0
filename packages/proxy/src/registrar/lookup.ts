import { appendTarget, byPreference, setRequestUri } from '../forward/target-set.ts'
import type { RoutedMessage } from '../forward/routed-message.ts'
import type { Target } from '../forward/target.ts'
import type { Contact } from '../usrloc/contact.ts'

export const LookupResult = { FOUND: 1, NOT_FOUND: -1, METHOD: -2, ERROR: -3 } as const

/**
 * Makes the bindings the targets of the request (RFC 3261 16.5): the most preferred one its Request-URI, the others beside
 * it, `maxBranches` in all. Among equals the latest registration comes first.
 */
export function routeToContacts(m: RoutedMessage, contacts: readonly Contact[], now: number, maxBranches: number): number {
  const usable = contacts.filter((contact) => contact.expiresAt > now)
  if (usable.length === 0) return LookupResult.NOT_FOUND
  if (usable.length > 1) usable.sort((a, b) => byPreference(a, b) || b.lastModified - a.lastModified)
  const [first, ...others] = usable
  setRequestUri(m, first.uri)
  m.destinationUri = nextHop(first)
  m.path = first.path
  m.q = first.q
  m.instance = first.instance
  m.ruid = first.ruid
  m.branchFlags = (m.branchFlags | first.branchFlags) >>> 0
  for (const contact of others) appendTarget(m, targetOf(contact), maxBranches)
  return LookupResult.FOUND
}

function targetOf(contact: Contact): Target {
  return {
    uri: contact.uri,
    destinationUri: nextHop(contact),
    path: contact.path,
    q: contact.q,
    flags: contact.branchFlags,
    listener: null,
    instance: contact.instance,
    ruid: contact.ruid,
  }
}

/** The first hop of the Path (RFC 3327 5.3), else the address that the REGISTER came from, else the contact itself ('' ). */
function nextHop(contact: Contact): string {
  if (contact.path === '') return contact.received
  return /<([^>]*)>/.exec(contact.path)?.[1] ?? contact.path.split(',')[0].trim()
}
