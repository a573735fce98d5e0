import { exit, fork, goOn, ifMethod, onFailure, alsoTo, relayOn, reply, sendReply, setFr, suspend } from '../route-step.ts'
import type { Step } from '../route-step.ts'
import type { CallerAction, Scenario } from '../scenario.ts'

const rings = { INVITE: [{ at: 0, status: 180 }] }
const answers = {
  INVITE: [
    { at: 0, status: 180 },
    { at: 50, status: 200 },
  ],
}

/** An INVITE at once, and a MESSAGE that makes it go on. */
function goneOnAt(at: number, ...more: readonly CallerAction[]): readonly CallerAction[] {
  return [{ at: 0, send: 'request' }, { at, send: 'request', method: 'MESSAGE' }, ...more]
}

/** The INVITE waits; a MESSAGE lets it go on in `go`. */
function waiting(...before: readonly Step[]): readonly Step[] {
  return [ifMethod('MESSAGE', goOn('go'), sendReply(200, 'OK'), exit), ...before, suspend]
}

/** t_suspend and t_continue. */
export const suspended: readonly Scenario[] = [
  {
    id: 'suspend_relay',
    title: 'suspended, then relayed',
    routes: { request: waiting(), continued: { go: [fork('a'), relayOn] } },
    caller: goneOnAt(300),
    callees: { a: answers },
    lasts: 700,
  },
  {
    id: 'suspend_reply',
    title: 'suspended, then answered',
    routes: { request: waiting(), continued: { go: [reply(480, 'Later')] } },
    caller: goneOnAt(300),
    lasts: 600,
  },
  {
    id: 'suspend_nothing',
    title: 'suspended, and the route does nothing when it goes on',
    routes: { request: waiting(), continued: { go: [exit] } },
    caller: goneOnAt(300),
    lasts: 700,
  },
  {
    id: 'suspend_timeout',
    title: 'suspended, and nobody ever goes on: the final-response timer',
    routes: { request: waiting(setFr(1000, 1000)), continued: { go: [fork('a'), relayOn] } },
    caller: [{ at: 0, send: 'request' }],
    lasts: 2000,
  },
  {
    id: 'suspend_late',
    title: 'gone on with after its time was over and the failure route has relayed',
    routes: {
      request: waiting(setFr(1000, 1000), onFailure('next')),
      failure: { next: [alsoTo('a'), relayOn] },
      continued: { go: [reply(480, 'Later')] },
    },
    caller: goneOnAt(1900),
    callees: { a: rings },
    lasts: 2400,
  },
  {
    id: 'suspend_again',
    title: 'the INVITE again while it is suspended',
    routes: { request: waiting(), continued: { go: [reply(480, 'Later')] } },
    caller: [{ at: 0, send: 'request' }, { at: 150, send: 'again' }, { at: 250, send: 'again' }, ...goneOnAt(400).slice(1)],
    lasts: 700,
  },
  {
    id: 'suspend_cancel',
    title: 'CANCEL while suspended',
    routes: { request: waiting(), continued: { go: [fork('a'), relayOn] } },
    caller: [
      { at: 0, send: 'request' },
      { at: 200, send: 'cancel' },
    ],
    lasts: 700,
    differences: ['cancel-answered-first'],
  },
  {
    id: 'suspend_fork',
    title: 'goes on with a fork of two, and a failure route',
    routes: {
      request: waiting(),
      continued: { go: [fork('a', 'b'), onFailure('next'), relayOn] },
      failure: { next: [alsoTo('c'), relayOn] },
    },
    caller: goneOnAt(200),
    callees: { a: { INVITE: [{ at: 0, status: 486 }] }, b: { INVITE: [{ at: 80, status: 404 }] }, c: answers },
    lasts: 800,
  },
  {
    id: 'suspend_fails',
    title: 'goes on to a callee that answers 486',
    routes: { request: waiting(), continued: { go: [fork('a'), relayOn] } },
    caller: goneOnAt(200),
    callees: { a: { INVITE: [{ at: 50, status: 486 }] } },
    lasts: 600,
  },
  {
    id: 'suspend_twice',
    title: 'gone on with twice: the second time there is nothing to go on with',
    routes: { request: waiting(), continued: { go: [fork('a'), relayOn] } },
    caller: goneOnAt(200, { at: 350, send: 'request', method: 'MESSAGE' }),
    callees: { a: rings },
    lasts: 600,
  },
  {
    id: 'suspend_message',
    title: 'a suspended request that is no INVITE',
    routes: { request: [ifMethod('INFO', goOn('go'), sendReply(200, 'OK'), exit), suspend], continued: { go: [fork('a'), relayOn] } },
    caller: [
      { at: 0, send: 'request', method: 'MESSAGE' },
      { at: 250, send: 'request', method: 'INFO' },
    ],
    callees: { a: { MESSAGE: [{ at: 0, status: 202 }] } },
    lasts: 600,
  },
]
