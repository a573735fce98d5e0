import { alsoTo, fork, onFailure, relay, relayOn, setUri } from '../route-step.ts'
import type { CalleePlan, CallerAction, Scenario } from '../scenario.ts'

const call: readonly CallerAction[] = [{ at: 0, send: 'request' }]
const callAndCancel: readonly CallerAction[] = [...call, { at: 300, send: 'cancel' }]
const message: readonly CallerAction[] = [{ at: 0, send: 'request', method: 'MESSAGE' }]
const invite = (...replies: readonly (readonly [at: number, status: number])[]): CalleePlan => ({
  INVITE: replies.map(([at, status]) => ({ at, status })),
})
const busy = invite([0, 486])
const away = invite([0, 503])

/** {ab} is a name whose SRV records lead to a, then to b; {abc} further to c. */
const toBoth = { request: [setUri('sip:x@{ab}'), relay] }
const tm = { fr_timer: 1000 } as const

/** use_dns_failover: names with several addresses. */
export const failover: readonly Scenario[] = [
  {
    id: 'dns_first',
    title: 'the first address answers 486: no failover',
    routes: toBoth,
    caller: call,
    callees: { a: busy, b: busy },
    lasts: 400,
  },
  { id: 'dns_503', title: 'a 503 leads to the next address', routes: toBoth, caller: call, callees: { a: away, b: busy }, lasts: 500 },
  { id: 'dns_503_503', title: 'a 503 of every address: 500', routes: toBoth, caller: call, callees: { a: away, b: away }, lasts: 500 },
  {
    id: 'dns_three',
    title: 'two 503, then the third address',
    routes: { request: [setUri('sip:x@{abc}'), relay] },
    caller: call,
    callees: { a: away, b: away, c: busy },
    lasts: 500,
  },
  { id: 'dns_silent', title: 'silence leads to the next address', routes: toBoth, caller: call, callees: { b: busy }, lasts: 1700 },
  { id: 'dns_silent_all', title: 'silence of every address: 408', routes: toBoth, caller: call, lasts: 2800 },
  {
    id: 'dns_rang',
    title: 'a 180 and then a 503 lead to the next address',
    routes: toBoth,
    caller: call,
    callees: { a: invite([0, 180], [150, 503]), b: busy },
    lasts: 600,
  },
  { id: 'dns_cancel', title: 'no failover after the CANCEL', routes: toBoth, caller: callAndCancel, callees: { b: busy }, lasts: 2800 },
  {
    id: 'dns_message',
    title: 'a MESSAGE that nobody answers goes to the next address',
    routes: toBoth,
    caller: message,
    callees: { a: { MESSAGE: [] }, b: { MESSAGE: [{ at: 0, status: 202 }] } },
    lasts: 1700,
  },
  {
    id: 'dns_failure_route',
    title: 'failover first, then the failure route',
    routes: { request: [setUri('sip:x@{ab}'), onFailure('next'), relay], failure: { next: [alsoTo('c'), relayOn] } },
    caller: call,
    callees: { a: away, b: busy, c: invite([0, 404]) },
    lasts: 600,
  },
  {
    id: 'dns_fork',
    title: 'a fork of a name and an address',
    routes: { request: [fork('c'), { cfg: 'append_branch("sip:x@{ab}");', ksr: 'KSR.corex.append_branch_uri("sip:x@{ab}");' }, relay] },
    caller: call,
    callees: { a: away, b: invite([50, 404]), c: invite([200, 486]) },
    lasts: 700,
  },
].map((scenario) => ({ ...scenario, tm, names: true }))
