import {
  addHeader,
  alsoTo,
  cancelBranches,
  drop,
  exit,
  fork,
  ifBranchTo,
  ifStatus,
  localRequest,
  newTransaction,
  onBranch,
  onReply,
  relay,
  release,
  removeHeader,
  reply,
  sendReply,
  setUri,
  statelessReply,
  addReplyHeader,
} from '../route-step.ts'
import type { CalleePlan, Scenario } from '../scenario.ts'

const call = [{ at: 0, send: 'request' }] as const
const message = [{ at: 0, send: 'request', method: 'MESSAGE' }] as const
const toOne = { request: [fork('a'), relay] }
const ringsThenBusy: CalleePlan = {
  INVITE: [
    { at: 0, status: 180 },
    { at: 150, status: 486 },
  ],
}
const ringsThenAnswers: CalleePlan = {
  INVITE: [
    { at: 0, status: 180 },
    { at: 150, status: 200 },
  ],
}

const branchRoutes: readonly Scenario[] = [
  {
    id: 'branch_header',
    title: 'a branch route adds a header to one of two branches',
    routes: {
      request: [fork('a', 'b'), onBranch('each'), relay],
      branch: { each: [ifBranchTo('b', addHeader('X-For-B: yes'))] },
    },
    caller: call,
    callees: { a: ringsThenBusy, b: { INVITE: [{ at: 0, status: 404 }] } },
    lasts: 450,
  },
  {
    id: 'branch_remove',
    title: 'a branch route removes a header',
    routes: { request: [fork('a'), onBranch('each'), relay], branch: { each: [removeHeader('X-Secret')] } },
    caller: [{ at: 0, send: 'request', headers: ['X-Secret: 1', 'X-Open: 2'] }],
    callees: { a: { INVITE: [{ at: 0, status: 404 }] } },
    lasts: 300,
  },
  {
    id: 'branch_drop_one',
    title: 'a branch route drops one of two branches',
    routes: { request: [fork('a', 'b'), onBranch('each'), relay], branch: { each: [ifBranchTo('b', drop)] } },
    caller: call,
    callees: { a: ringsThenBusy },
    lasts: 450,
  },
  {
    id: 'branch_drop_first',
    title: 'a branch route drops the first of two branches',
    routes: { request: [fork('a', 'b'), onBranch('each'), relay], branch: { each: [ifBranchTo('a', drop)] } },
    caller: call,
    callees: { b: ringsThenBusy },
    lasts: 450,
  },
  {
    id: 'branch_drop_all',
    title: 'a branch route drops the only branch',
    routes: { request: [fork('a'), onBranch('each'), relay], branch: { each: [drop] } },
    caller: call,
    lasts: 400,
    differences: ['one-reply-to-an-error'],
  },
  {
    id: 'branch_uri',
    title: 'a branch route rewrites the Request-URI',
    routes: {
      request: [fork('a'), onBranch('each'), relay],
      branch: { each: [setUri('sip:rewritten@{b}')] },
    },
    caller: call,
    callees: { a: { INVITE: [{ at: 0, status: 404 }] }, b: { INVITE: [{ at: 0, status: 480 }] } },
    lasts: 300,
  },
  {
    id: 'branch_arms_reply',
    title: 'a branch route arms a reply route for its branch',
    routes: {
      request: [fork('a', 'b'), onBranch('each'), relay],
      branch: { each: [ifBranchTo('b', onReply('mark'))] },
      reply: { mark: [addHeader('X-Seen: yes')] },
    },
    caller: call,
    callees: {
      a: {
        INVITE: [
          { at: 0, status: 180 },
          { at: 200, status: 486 },
        ],
      },
      b: {
        INVITE: [
          { at: 80, status: 180 },
          { at: 280, status: 404 },
        ],
      },
    },
    lasts: 550,
  },
]

const replyRoutes: readonly Scenario[] = [
  {
    id: 'reply_drop_180',
    title: 'a reply route drops the 180',
    routes: { request: [fork('a'), onReply('look'), relay], reply: { look: [ifStatus('180', drop)] } },
    caller: call,
    callees: { a: ringsThenAnswers },
    lasts: 400,
  },
  {
    id: 'reply_drop_486',
    title: 'a reply route cannot drop a 486',
    routes: { request: [fork('a'), onReply('look'), relay], reply: { look: [drop] } },
    caller: call,
    callees: { a: ringsThenBusy },
    lasts: 400,
  },
  {
    id: 'reply_drop_200',
    title: 'a reply route cannot drop a 200',
    routes: { request: [fork('a'), onReply('look'), relay], reply: { look: [drop] } },
    caller: call,
    callees: { a: ringsThenAnswers },
    lasts: 400,
  },
  {
    id: 'reply_header',
    title: 'a reply route adds and removes headers of 180 and 486',
    routes: {
      request: [fork('a'), onReply('look'), relay],
      reply: { look: [addHeader('X-Looked: yes'), removeHeader('X-Secret')] },
    },
    caller: call,
    callees: {
      a: {
        INVITE: [
          { at: 0, status: 180, headers: ['X-Secret: 1'] },
          { at: 150, status: 486, headers: ['X-Secret: 1'] },
        ],
      },
    },
    lasts: 400,
  },
  {
    id: 'reply_cancels_others',
    title: 'a reply route cancels the other branches when one sends 183',
    routes: {
      request: [fork('a', 'b'), onReply('look'), relay],
      reply: { look: [ifStatus('183', cancelBranches('others'))] },
    },
    caller: call,
    callees: {
      a: { INVITE: [{ at: 0, status: 180 }] },
      b: {
        INVITE: [
          { at: 150, status: 183 },
          { at: 400, status: 200 },
        ],
      },
    },
    lasts: 700,
  },
  {
    id: 'reply_core_drop',
    title: 'the unnamed reply route drops a 180 and a 183 before the transaction sees them',
    routes: toOne,
    caller: call,
    callees: {
      a: {
        INVITE: [
          { at: 0, status: 180, headers: ['X-Drop-Early: yes'] },
          { at: 100, status: 183, headers: ['X-Drop-Early: yes'] },
          { at: 250, status: 486 },
        ],
      },
    },
    lasts: 500,
  },
  {
    id: 'reply_core_drop_final',
    title: 'the unnamed reply route drops a 486 once',
    routes: toOne,
    caller: call,
    callees: {
      a: {
        INVITE: [
          { at: 0, status: 486, headers: ['X-Drop-Early: yes'] },
          { at: 250, status: 486 },
        ],
      },
    },
    lasts: 500,
  },
  {
    id: 'reply_core_header',
    title: 'the unnamed reply route adds a header',
    routes: toOne,
    caller: call,
    callees: {
      a: {
        INVITE: [
          { at: 0, status: 180, headers: ['X-Mark-Early: yes'] },
          { at: 150, status: 486, headers: ['X-Mark-Early: yes'] },
        ],
      },
    },
    lasts: 400,
  },
]

const ownReplies: readonly Scenario[] = [
  {
    id: 'own_404',
    title: 't_newtran and t_reply 404',
    routes: { request: [newTransaction, reply(404, 'Nobody Here'), exit] },
    caller: call,
    lasts: 300,
  },
  {
    id: 'own_180_486',
    title: 't_reply 180, then 486',
    routes: { request: [newTransaction, reply(180, 'Ringing'), reply(486, 'Busy'), exit] },
    caller: call,
    lasts: 300,
  },
  {
    id: 'own_two_finals',
    title: 't_reply 486, then 404: only the first one counts',
    routes: { request: [newTransaction, reply(486, 'Busy'), reply(404, 'Not Found'), exit] },
    caller: call,
    lasts: 300,
  },
  {
    id: 'own_message_200',
    title: 't_send_reply 200 to a MESSAGE with a header for the reply',
    routes: { request: [addReplyHeader('X-Reply: yes'), sendReply(200, 'OK'), exit] },
    caller: message,
    lasts: 300,
  },
  {
    id: 'own_302',
    title: 't_reply 302 with the targets as contacts',
    routes: { request: [newTransaction, fork('a'), alsoTo('b', '0.5'), reply(302, 'Moved Temporarily'), exit] },
    caller: call,
    lasts: 300,
  },
  {
    id: 'own_100_reply',
    title: 't_reply 100 and 183 before the relay',
    routes: { request: [newTransaction, reply(100, 'Wait'), reply(183, 'Working'), fork('a'), relay] },
    caller: call,
    callees: { a: ringsThenBusy },
    lasts: 400,
  },
  {
    id: 'own_after_relay',
    title: 't_reply 480 after t_relay',
    routes: { request: [fork('a'), relay, reply(480, 'Changed My Mind')] },
    caller: call,
    callees: { a: { INVITE: [{ at: 200, status: 180 }] } },
    lasts: 700,
  },
  {
    id: 'own_stateless_404',
    title: 'sl_send_reply 404; its ACK ends here',
    routes: { request: [statelessReply(404, 'Nobody'), exit] },
    caller: call,
    lasts: 300,
  },
  {
    id: 'own_stateless_message',
    title: 'sl_send_reply 202 to a MESSAGE that comes twice',
    routes: { request: [statelessReply(202, 'Accepted'), exit] },
    caller: [...message, { at: 100, send: 'again' }],
    lasts: 300,
  },
  {
    id: 'own_stateless_in_transaction',
    title: 'sl_send_reply 403 after t_newtran',
    routes: { request: [newTransaction, statelessReply(403, 'No'), exit] },
    caller: message,
    lasts: 300,
    differences: ['stateless-reply-within-transaction'],
  },
  {
    id: 'own_nothing',
    title: 'a script that creates a transaction and forgets it',
    routes: { request: [newTransaction, exit] },
    caller: call,
    lasts: 300,
  },
  {
    id: 'own_release',
    title: 't_newtran and t_release, and the same MESSAGE again',
    routes: { request: [newTransaction, release, exit] },
    caller: [...message, { at: 100, send: 'again' }],
    lasts: 300,
  },
]

const strays: readonly Scenario[] = [
  {
    id: 'stray_200',
    title: 'a 200 with a branch that nobody knows is forwarded without state',
    routes: toOne,
    caller: call,
    callees: {
      a: {
        INVITE: [
          { at: 0, status: 200, branch: 'z9hG4bKunknown' },
          { at: 150, status: 486 },
        ],
      },
    },
    lasts: 400,
  },
  {
    id: 'stray_180',
    title: 'a 180 with a branch that nobody knows',
    routes: toOne,
    caller: call,
    callees: {
      a: {
        INVITE: [
          { at: 0, status: 180, branch: 'z9hG4bKunknown' },
          { at: 150, status: 486 },
        ],
      },
    },
    lasts: 400,
  },
  {
    id: 'stray_100',
    title: 'a 100 with a branch that nobody knows',
    routes: toOne,
    caller: call,
    callees: {
      a: {
        INVITE: [
          { at: 0, status: 100, branch: 'z9hG4bKunknown' },
          { at: 150, status: 486 },
        ],
      },
    },
    lasts: 400,
    differences: ['stray-100'],
  },
  {
    id: 'stray_486',
    title: 'a 486 with a branch that nobody knows',
    routes: toOne,
    acks: 'none',
    caller: call,
    callees: {
      a: {
        INVITE: [
          { at: 0, status: 486, branch: 'z9hG4bKunknown' },
          { at: 150, status: 200 },
        ],
      },
    },
    lasts: 400,
  },
  {
    id: 'stray_route_drops',
    title: 'on_sl_reply drops a reply that belongs to no transaction',
    tm: { on_sl_reply: 'stray' },
    routes: toOne,
    caller: call,
    callees: {
      a: {
        INVITE: [
          { at: 0, status: 200, branch: 'z9hG4bKunknown', headers: ['X-Drop-Stray: yes'] },
          { at: 100, status: 200, branch: 'z9hG4bKunknown' },
          { at: 200, status: 486 },
        ],
      },
    },
    lasts: 500,
  },
]

const hundreds: readonly Scenario[] = [
  {
    id: 'relay_100_off',
    title: 'a 100 of the callee stays here',
    routes: toOne,
    caller: call,
    callees: {
      a: {
        INVITE: [
          { at: 0, status: 100 },
          { at: 100, status: 486 },
        ],
      },
    },
    lasts: 350,
  },
  {
    id: 'relay_100_on',
    title: 'relay_100: a 100 of the callee goes upstream',
    tm: { relay_100: 1 },
    routes: toOne,
    caller: call,
    callees: {
      a: {
        INVITE: [
          { at: 0, status: 100 },
          { at: 100, status: 486 },
        ],
      },
    },
    lasts: 350,
  },
  {
    id: 'auto_100_reason',
    title: 'auto_inv_100_reason',
    tm: { auto_inv_100_reason: 'one moment' },
    routes: toOne,
    caller: call,
    callees: { a: { INVITE: [{ at: 0, status: 486 }] } },
    lasts: 300,
  },
]

const localRequests: readonly Scenario[] = [
  {
    id: 'local_message',
    title: 't_uac_send: a MESSAGE of the proxy itself',
    routes: { request: [localRequest('MESSAGE', 'a'), statelessReply(202, 'Accepted'), exit] },
    caller: message,
    lasts: 300,
  },
]

export const replies: readonly Scenario[] = [...localRequests, ...branchRoutes, ...replyRoutes, ...ownReplies, ...strays, ...hundreds]
