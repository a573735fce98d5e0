import { addHeader, exit, fork, newTransaction, onReply, relay, replicate, reply } from '../route-step.ts'
import type { CallerAction, Scenario } from '../scenario.ts'

const message: readonly CallerAction[] = [{ at: 0, send: 'request', method: 'MESSAGE' }]
const register: readonly CallerAction[] = [{ at: 0, send: 'request', method: 'REGISTER' }]

/** t_replicate: a copy whose replies nobody waits for. */
export const replicated: readonly Scenario[] = [
  {
    id: 'replicate_and_reply',
    title: 't_replicate, then t_reply 200',
    routes: { request: [newTransaction, replicate('b'), reply(200, 'OK'), exit] },
    caller: register,
    callees: { b: { REGISTER: [{ at: 100, status: 500 }] } },
    lasts: 400,
  },
  {
    id: 'replicate_silent',
    title: 't_replicate to a callee that never answers',
    routes: { request: [newTransaction, replicate('b'), reply(200, 'OK'), exit] },
    caller: register,
    callees: { b: { REGISTER: [] } },
    lasts: 2500,
    differences: ['copy-repeated'],
  },
  {
    id: 'replicate_again',
    title: 'the request again, while its copy is unanswered',
    routes: { request: [newTransaction, replicate('b'), reply(200, 'OK'), exit] },
    caller: [...register, { at: 200, send: 'again' }],
    callees: { b: { REGISTER: [{ at: 350, status: 200 }] } },
    lasts: 600,
  },
  {
    id: 'replicate_only',
    title: 't_replicate and nothing else: the replies stay here',
    routes: { request: [newTransaction, replicate('b'), exit] },
    caller: message,
    callees: { b: { MESSAGE: [{ at: 50, status: 200 }] } },
    lasts: 500,
    differences: ['copy-reply-counted'],
  },
  {
    id: 'replicate_reply_route',
    title: 'replies to a copy run through the reply route',
    routes: {
      request: [newTransaction, onReply('seen'), replicate('b'), reply(200, 'OK'), exit],
      reply: { seen: [addHeader('X-Seen: yes')] },
    },
    caller: message,
    callees: { b: { MESSAGE: [{ at: 50, status: 404 }] } },
    lasts: 400,
  },
  {
    id: 'replicate_and_relay',
    title: 't_replicate, then t_relay: only the replies of the relayed request go upstream',
    routes: { request: [newTransaction, replicate('b'), fork('a'), relay] },
    caller: message,
    callees: { a: { MESSAGE: [{ at: 150, status: 202 }] }, b: { MESSAGE: [{ at: 50, status: 404 }] } },
    lasts: 500,
    differences: ['copy-silences-relay'],
  },
]
