import { exit, fork, newTransaction, relay, reply, setAuto100 } from '../route-step.ts'
import type { CallerAction, Scenario } from '../scenario.ts'

const toOne = { request: [fork('a'), relay] }
const call = [{ at: 0, send: 'request' }] as const
const message = [{ at: 0, send: 'request', method: 'MESSAGE' }] as const

function again(...times: readonly number[]): readonly CallerAction[] {
  return times.map((at) => ({ at, send: 'again' }))
}

export const retransmissions: readonly Scenario[] = [
  {
    id: 'again_before_reply',
    title: 'an INVITE again before any reply gets the 100 again',
    routes: toOne,
    caller: [...call, ...again(100, 200)],
    callees: { a: { INVITE: [{ at: 350, status: 486 }] } },
    lasts: 600,
  },
  {
    id: 'again_without_100',
    title: 'an INVITE again before any reply, without a 100 of ours',
    tm: { auto_inv_100: 0 },
    routes: toOne,
    caller: [...call, ...again(100, 200)],
    callees: { a: { INVITE: [{ at: 350, status: 486 }] } },
    lasts: 600,
  },
  {
    id: 'again_without_100_by_script',
    title: 't_set_auto_inv_100(0)',
    routes: { request: [setAuto100(0), fork('a'), relay] },
    caller: [...call, ...again(100)],
    callees: { a: { INVITE: [{ at: 250, status: 404 }] } },
    lasts: 500,
  },
  {
    id: 'again_ringing',
    title: 'an INVITE again after the 180 gets the 180 again',
    routes: toOne,
    caller: [...call, ...again(150, 250)],
    callees: {
      a: {
        INVITE: [
          { at: 0, status: 180 },
          { at: 400, status: 404 },
        ],
      },
    },
    lasts: 650,
  },
  {
    id: 'again_refused',
    title: 'an INVITE again after the 486, before the ACK, gets the 486 again',
    routes: toOne,
    acks: 'none',
    caller: [...call, ...again(150), { at: 300, send: 'negative ack' }, ...again(400)],
    callees: { a: { INVITE: [{ at: 0, status: 486 }] } },
    lasts: 900,
    differences: ['invite-again-after-ack'],
  },
  {
    id: 'again_answered',
    title: 'an INVITE again after the 200 (RFC 6026 7.1)',
    routes: toOne,
    caller: [...call, ...again(200, 300)],
    callees: { a: { INVITE: [{ at: 50, status: 200 }] } },
    lasts: 500,
    differences: ['invite-again-after-200'],
  },
  {
    id: 'ack_lost',
    title: 'a 486 without ACK is repeated until fr_timer',
    routes: toOne,
    acks: 'none',
    caller: call,
    callees: { a: { INVITE: [{ at: 0, status: 486 }] } },
    lasts: 3000,
  },
  {
    id: 'ack_lost_short_wait',
    title: 'a 486 without ACK is repeated until fr_timer although wt_timer is shorter',
    tm: { wt_timer: 700 },
    routes: toOne,
    acks: 'none',
    caller: call,
    callees: { a: { INVITE: [{ at: 0, status: 486 }] } },
    lasts: 2600,
    differences: ['unacknowledged-reply-outlives-wait'],
  },
  {
    id: 'ack_late',
    title: 'an ACK ends the repetition of a 404; a second ACK changes nothing',
    routes: toOne,
    acks: 'none',
    caller: [...call, { at: 800, send: 'negative ack' }, { at: 900, send: 'negative ack' }],
    callees: { a: { INVITE: [{ at: 0, status: 404 }] } },
    lasts: 2200,
  },
  {
    id: 'refusal_repeated',
    title: 'a 486 that the callee repeats is acknowledged again and absorbed',
    routes: toOne,
    caller: call,
    callees: {
      a: {
        INVITE: [
          { at: 0, status: 486 },
          { at: 100, status: 486 },
          { at: 200, status: 486 },
        ],
      },
    },
    lasts: 450,
  },
  {
    id: 'refusal_changed',
    title: 'a 404 after the 486 of the same branch is absorbed',
    routes: toOne,
    caller: call,
    callees: {
      a: {
        INVITE: [
          { at: 0, status: 486 },
          { at: 100, status: 404 },
        ],
      },
    },
    lasts: 400,
  },
  {
    id: 'refusal_then_200',
    title: 'a 200 after the 486 of the same branch',
    routes: toOne,
    caller: call,
    callees: {
      a: {
        INVITE: [
          { at: 0, status: 486 },
          { at: 150, status: 200 },
        ],
      },
    },
    lasts: 450,
  },
  {
    id: 'refusal_then_180',
    title: 'a 180 after the 486 is absorbed',
    routes: toOne,
    caller: call,
    callees: {
      a: {
        INVITE: [
          { at: 0, status: 486 },
          { at: 100, status: 180 },
        ],
      },
    },
    lasts: 400,
  },
  {
    id: 'answer_repeated',
    title: 'a 200 that the callee repeats goes upstream each time, and each ACK downstream',
    routes: toOne,
    caller: call,
    callees: {
      a: {
        INVITE: [
          { at: 0, status: 200 },
          { at: 150, status: 200 },
          { at: 300, status: 200 },
        ],
      },
    },
    lasts: 550,
  },
  {
    id: 'answer_repeated_late',
    title: 'a 200 that is repeated after wt_timer goes upstream without state',
    tm: { wt_timer: 700 },
    routes: toOne,
    caller: call,
    callees: {
      a: {
        INVITE: [
          { at: 0, status: 200 },
          { at: 1300, status: 200 },
        ],
      },
    },
    lasts: 1600,
  },
  {
    id: 'answer_of_two_phones',
    title: 'two 200 with different tags on one branch, from a fork further down',
    routes: toOne,
    caller: call,
    callees: {
      a: {
        INVITE: [
          { at: 0, status: 200, tag: 'phone1' },
          { at: 120, status: 200, tag: 'phone2' },
        ],
      },
    },
    lasts: 400,
  },
  {
    id: 'answer_then_180',
    title: 'a 180 after the 200 is absorbed',
    routes: toOne,
    caller: call,
    callees: {
      a: {
        INVITE: [
          { at: 0, status: 200 },
          { at: 120, status: 180 },
        ],
      },
    },
    lasts: 400,
  },
  {
    id: 'answer_then_486',
    title: 'a 486 after the 200 of the same branch',
    routes: toOne,
    caller: call,
    callees: {
      a: {
        INVITE: [
          { at: 0, status: 200 },
          { at: 120, status: 486 },
        ],
      },
    },
    lasts: 400,
  },
  {
    id: 'message_again',
    title: 'a MESSAGE again before its final reply is absorbed',
    routes: toOne,
    caller: [...message, ...again(100, 200)],
    callees: { a: { MESSAGE: [{ at: 300, status: 200 }] } },
    lasts: 500,
  },
  {
    id: 'message_again_after',
    title: 'a MESSAGE again after its final reply gets that again',
    routes: toOne,
    caller: [...message, ...again(150, 250)],
    callees: { a: { MESSAGE: [{ at: 0, status: 404 }] } },
    lasts: 450,
  },
  {
    id: 'message_again_provisional',
    title: 'a MESSAGE again after a 183 gets the 183 again',
    routes: toOne,
    caller: [...message, ...again(150)],
    callees: {
      a: {
        MESSAGE: [
          { at: 0, status: 183 },
          { at: 300, status: 200 },
        ],
      },
    },
    lasts: 500,
  },
  {
    id: 'message_answer_repeated',
    title: 'a 200 to a MESSAGE that the callee repeats is absorbed',
    routes: toOne,
    caller: message,
    callees: {
      a: {
        MESSAGE: [
          { at: 0, status: 200 },
          { at: 100, status: 200 },
        ],
      },
    },
    lasts: 350,
  },
  {
    id: 'message_wait_over',
    title: 'a MESSAGE again after wt_timer is a new one',
    tm: { wt_timer: 700 },
    routes: toOne,
    caller: [...message, ...again(1300)],
    lasts: 1600,
    differences: ['branch-never-repeated'],
  },
  {
    id: 'own_200_unacknowledged',
    title: 'a 200 of the script itself is repeated until fr_timer',
    routes: { request: [newTransaction, reply(200, 'I Am Here'), exit] },
    acks: 'none',
    caller: call,
    lasts: 2800,
  },
  {
    id: 'own_200_acknowledged',
    title: 'a 200 of the script itself is repeated until its ACK',
    routes: { request: [newTransaction, reply(200, 'I Am Here'), exit] },
    caller: call,
    lasts: 1000,
  },
  {
    id: 'own_486_again',
    title: 'an INVITE that the script refused comes again',
    routes: { request: [newTransaction, reply(486, 'Not Now'), exit] },
    acks: 'none',
    caller: [...call, ...again(150), { at: 250, send: 'negative ack' }, ...again(350)],
    lasts: 900,
    differences: ['invite-again-after-ack'],
  },
]
