import { exit, fork, newTransaction, noCancelReason, relay, reply } from '../route-step.ts'
import type { CallerAction, Scenario } from '../scenario.ts'

const toOne = { request: [fork('a'), relay] }
const toThree = { request: [fork('a', 'b', 'c'), relay] }
const reason = ['Reason: SIP;cause=200;text="answered elsewhere"', 'Reason: Q.850;cause=26']

function callAndCancel(at: number, ...more: readonly CallerAction[]): readonly CallerAction[] {
  return [{ at: 0, send: 'request' }, { at, send: 'cancel', headers: reason }, ...more]
}

/** The three ways to cancel a branch that never answered. */
function inMode(method: number): readonly Scenario[] {
  const tm = { cancel_b_method: method }
  return [
    {
      id: `cancel_silent_rings_${method}`,
      title: `CANCEL before any reply; the callee rings later, cancel_b_method ${method}`,
      tm,
      routes: toOne,
      caller: callAndCancel(150),
      callees: { a: { INVITE: [{ at: 350, status: 180 }] } },
      lasts: 800,
      differences: [['cancel-answered-first'], [], ['late-cancel-after-final']][method] ?? [],
    },
    {
      id: `cancel_silent_for_ever_${method}`,
      title: `CANCEL of a callee that never answers, cancel_b_method ${method}`,
      tm,
      routes: toOne,
      caller: callAndCancel(150),
      callees: { a: { CANCEL: [] } },
      lasts: 2900,
      differences: method === 0 ? ['cancel-answered-first'] : [],
    },
    {
      id: `cancel_silent_obeys_${method}`,
      title: `CANCEL of a callee that knows the INVITE but was silent, cancel_b_method ${method}`,
      tm,
      routes: toOne,
      caller: callAndCancel(150),
      lasts: 800,
      differences: method === 0 ? ['cancel-answered-first'] : [],
    },
    {
      id: `cancel_silent_481_${method}`,
      title: `CANCEL of a callee that never got the INVITE, cancel_b_method ${method}`,
      tm,
      routes: toOne,
      caller: callAndCancel(150),
      callees: { a: { CANCEL: [{ at: 0, status: 481 }] } },
      lasts: 2900,
      differences: method === 0 ? ['cancel-answered-first'] : [],
    },
    {
      id: `cancel_mixed_${method}`,
      title: `CANCEL of one ringing, one silent and one busy branch, cancel_b_method ${method}`,
      tm,
      routes: toThree,
      caller: callAndCancel(200),
      callees: {
        a: { INVITE: [{ at: 0, status: 180 }] },
        b: { INVITE: [{ at: 320, status: 180 }] },
        c: { INVITE: [{ at: 0, status: 486 }] },
      },
      lasts: 900,
      differences: method === 2 ? ['late-cancel-after-final'] : [],
    },
    {
      id: `cancel_silent_answers_${method}`,
      title: `CANCEL before any reply; the callee answers 200, cancel_b_method ${method}`,
      tm,
      routes: toOne,
      caller: callAndCancel(150),
      callees: { a: { INVITE: [{ at: 350, status: 200 }], CANCEL: [{ at: 0, status: 481 }] } },
      lasts: 800,
      differences: method === 0 ? ['cancel-answered-first'] : [],
    },
    {
      id: `fork_200_silent_${method}`,
      title: `200 of one branch while the other is silent, which rings later, cancel_b_method ${method}`,
      tm,
      routes: { request: [fork('a', 'b'), relay] },
      caller: [{ at: 0, send: 'request' }],
      callees: { a: { INVITE: [{ at: 100, status: 200 }] }, b: { INVITE: [{ at: 700, status: 180 }] } },
      lasts: 1100,
      differences: ['late-cancel-reason'],
    },
  ]
}

export const cancels: readonly Scenario[] = [
  ...[0, 1, 2].flatMap(inMode),
  {
    id: 'cancel_ringing',
    title: 'CANCEL while ringing: 200, CANCEL downstream, 487; Reason is copied',
    routes: toOne,
    caller: callAndCancel(150),
    callees: { a: { INVITE: [{ at: 0, status: 180 }] } },
    lasts: 450,
  },
  {
    id: 'cancel_after_100',
    title: 'CANCEL after a 100 of the callee',
    routes: toOne,
    caller: callAndCancel(150),
    callees: { a: { INVITE: [{ at: 0, status: 100 }] } },
    lasts: 450,
  },
  {
    id: 'cancel_reason_dropped',
    title: 'e2e_cancel_reason 0: Reason is not copied',
    tm: { e2e_cancel_reason: 0 },
    routes: toOne,
    caller: callAndCancel(150),
    callees: { a: { INVITE: [{ at: 0, status: 180 }] } },
    lasts: 450,
  },
  {
    id: 'cancel_reason_dropped_by_script',
    title: 't_set_no_e2e_cancel_reason: Reason is not copied',
    routes: { request: [noCancelReason, fork('a'), relay] },
    caller: callAndCancel(150),
    callees: { a: { INVITE: [{ at: 0, status: 180 }] } },
    lasts: 450,
  },
  {
    id: 'cancel_reason_local_off',
    title: 'local_cancel_reason 0: a CANCEL because of a 200 has no Reason',
    tm: { local_cancel_reason: 0 },
    routes: { request: [fork('a', 'b'), relay] },
    caller: [{ at: 0, send: 'request' }],
    callees: { a: { INVITE: [{ at: 0, status: 180 }] }, b: { INVITE: [{ at: 150, status: 200 }] } },
    lasts: 450,
  },
  {
    id: 'cancel_twice',
    title: 'CANCEL twice: the second one is a retransmission',
    routes: toOne,
    caller: callAndCancel(150, { at: 250, send: 'cancel', headers: reason }),
    callees: {
      a: {
        INVITE: [{ at: 0, status: 180 }],
        CANCEL: [
          { at: 200, status: 200 },
          { at: 220, status: 487, to: 'INVITE' },
        ],
      },
    },
    lasts: 700,
  },
  {
    id: 'cancel_unanswered',
    title: 'a CANCEL that the callee does not answer is repeated; the 487 comes late',
    routes: toOne,
    caller: callAndCancel(100),
    callees: { a: { INVITE: [{ at: 0, status: 180 }], CANCEL: [{ at: 1300, status: 487, to: 'INVITE' }] } },
    lasts: 1800,
  },
  {
    id: 'cancel_ignored',
    title: 'a CANCEL that the callee answers and ignores: the INVITE ends by itself',
    routes: toOne,
    caller: callAndCancel(100),
    callees: { a: { INVITE: [{ at: 0, status: 180 }], CANCEL: [{ at: 0, status: 200 }] } },
    lasts: 3600,
    differences: ['cancelled-branch-ends-sooner'],
  },
  {
    id: 'cancel_ignored_rings_on',
    title: 'a callee that rings again after its CANCEL gets it again',
    routes: toOne,
    caller: callAndCancel(100),
    callees: {
      a: {
        INVITE: [
          { at: 0, status: 180 },
          { at: 300, status: 180 },
          { at: 500, status: 487 },
        ],
        CANCEL: [{ at: 0, status: 200 }],
      },
    },
    lasts: 800,
  },
  {
    id: 'cancel_answered',
    title: 'CANCEL crosses the 200 of the callee',
    routes: toOne,
    caller: callAndCancel(150),
    callees: {
      a: {
        INVITE: [
          { at: 0, status: 180 },
          { at: 250, status: 200 },
        ],
        CANCEL: [{ at: 0, status: 481 }],
      },
    },
    lasts: 550,
  },
  {
    id: 'cancel_after_200',
    title: 'CANCEL after the 200 went upstream',
    routes: toOne,
    caller: callAndCancel(200),
    callees: { a: { INVITE: [{ at: 50, status: 200 }] } },
    lasts: 450,
  },
  {
    id: 'cancel_after_486',
    title: 'CANCEL after the 486 went upstream',
    routes: toOne,
    caller: callAndCancel(200),
    callees: { a: { INVITE: [{ at: 50, status: 486 }] } },
    lasts: 450,
  },
  {
    id: 'cancel_three',
    title: 'CANCEL of three ringing branches',
    routes: toThree,
    caller: callAndCancel(200),
    callees: {
      a: { INVITE: [{ at: 0, status: 180 }] },
      b: { INVITE: [{ at: 40, status: 183 }] },
      c: { INVITE: [{ at: 80, status: 180 }] },
    },
    lasts: 500,
  },
  {
    id: 'cancel_best_of_branches',
    title: 'CANCEL of two branches that answer 487 and 603',
    routes: { request: [fork('a', 'b'), relay] },
    caller: callAndCancel(200),
    callees: {
      a: { INVITE: [{ at: 0, status: 180 }] },
      b: {
        INVITE: [{ at: 0, status: 180 }],
        CANCEL: [
          { at: 0, status: 200 },
          { at: 100, status: 603, to: 'INVITE' },
        ],
      },
    },
    lasts: 600,
  },
  ...[0, 1, 2].map((mode): Scenario => ({
    id: `cancel_unmatched_${mode}`,
    title: `CANCEL without INVITE, unmatched_cancel ${mode}`,
    tm: { unmatched_cancel: mode },
    routes: toOne,
    caller: [{ at: 0, send: 'request', method: 'CANCEL', headers: reason }],
    callees: { a: { CANCEL: [{ at: 0, status: 481 }] } },
    lasts: 300,
  })),
  {
    id: 'cancel_other_branch',
    title: 'CANCEL with another branch than its INVITE',
    routes: toOne,
    caller: [
      { at: 0, send: 'request' },
      { at: 150, send: 'cancel', edits: [['.1', '.other']] },
    ],
    callees: {
      a: {
        INVITE: [
          { at: 0, status: 180 },
          { at: 350, status: 486 },
        ],
        CANCEL: [{ at: 0, status: 481 }],
      },
    },
    lasts: 650,
  },
  {
    id: 'cancel_message',
    title: 'CANCEL of a MESSAGE',
    routes: toOne,
    caller: [
      { at: 0, send: 'request', method: 'MESSAGE' },
      { at: 100, send: 'cancel' },
    ],
    callees: { a: { MESSAGE: [{ at: 300, status: 200 }], CANCEL: [{ at: 0, status: 481 }] } },
    lasts: 600,
  },
  {
    id: 'cancel_own_reply',
    title: 'CANCEL of an INVITE that the script answered with 180 by itself',
    routes: { request: [newTransaction, reply(180, 'Ringing Here'), exit] },
    caller: callAndCancel(150),
    lasts: 450,
    differences: ['cancel-answered-first'],
  },
  {
    id: 'cancel_then_invite_again',
    title: 'the INVITE comes again after it was cancelled',
    routes: toOne,
    caller: callAndCancel(150, { at: 350, send: 'again' }),
    callees: { a: { INVITE: [{ at: 0, status: 180 }] } },
    lasts: 600,
    differences: ['invite-again-after-ack'],
  },
]
