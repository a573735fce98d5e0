import { fork, onFailure, relay, relayOn, setFr, setMaxLifetime, setRetransmission } from '../route-step.ts'
import type { Scenario } from '../scenario.ts'

const call = [{ at: 0, send: 'request' }] as const
const message = [{ at: 0, send: 'request', method: 'MESSAGE' }] as const
const toOne = { request: [fork('a'), relay] }
const toTwo = { request: [fork('a', 'b'), relay] }

export const timers: readonly Scenario[] = [
  {
    id: 'timer_silent',
    title: 'an INVITE that nobody answers: retransmissions, 408 after fr_timer, its retransmissions until the ACK',
    routes: toOne,
    caller: call,
    lasts: 2500,
  },
  {
    id: 'timer_message_silent',
    title: 'a MESSAGE that nobody answers: retransmissions, 408 after fr_timer',
    routes: toOne,
    caller: message,
    lasts: 2500,
  },
  {
    id: 'timer_message_100',
    title: 'a MESSAGE that got a 100 only is repeated at T2, and fr_timer goes on',
    tm: { retr_timer1: 250, retr_timer2: 750 },
    routes: toOne,
    caller: message,
    callees: { a: { MESSAGE: [{ at: 300, status: 100 }] } },
    lasts: 2500,
  },
  {
    id: 'timer_message_180',
    title: 'a MESSAGE that got a 180 only',
    tm: { retr_timer1: 250, retr_timer2: 750 },
    routes: toOne,
    caller: message,
    callees: { a: { MESSAGE: [{ at: 50, status: 180 }] } },
    lasts: 2500,
  },
  {
    id: 'timer_invite_short',
    title: 'retr_timer1 and retr_timer2 shape the retransmissions of an INVITE',
    tm: { retr_timer1: 250, retr_timer2: 750 },
    routes: toOne,
    caller: call,
    lasts: 2400,
  },
  {
    id: 'timer_by_script',
    title: 't_set_retr and t_set_fr in the request route',
    routes: { request: [setRetransmission(125, 250), setFr(0, 1000), fork('a'), relay] },
    caller: call,
    lasts: 1400,
  },
  {
    id: 'timer_inv',
    title: 'a call that rings on: CANCEL and 408 after fr_inv_timer',
    routes: toOne,
    caller: call,
    callees: { a: { INVITE: [{ at: 0, status: 180 }] } },
    lasts: 3500,
  },
  {
    id: 'timer_inv_ignored',
    title: 'a call that rings on and ignores its CANCEL',
    routes: { request: [setFr(800, 800), fork('a'), relay] },
    caller: call,
    callees: { a: { INVITE: [{ at: 0, status: 180 }], CANCEL: [] } },
    lasts: 2500,
  },
  {
    id: 'timer_inv_late_200',
    title: '200 after the call timed out and was cancelled',
    routes: { request: [setFr(600, 600), fork('a'), relay] },
    caller: call,
    callees: {
      a: {
        INVITE: [
          { at: 0, status: 180 },
          { at: 900, status: 200 },
        ],
        CANCEL: [{ at: 0, status: 481 }],
      },
    },
    lasts: 1300,
  },
  {
    id: 'timer_restart',
    title: 'every 180 restarts fr_inv_timer',
    tm: { fr_inv_timer: 1000 },
    routes: toOne,
    caller: call,
    callees: {
      a: {
        INVITE: [
          { at: 0, status: 180 },
          { at: 600, status: 180 },
        ],
      },
    },
    lasts: 2000,
  },
  {
    id: 'timer_no_restart',
    title: 'restart_fr_on_each_reply 0: the same 180 does not restart fr_inv_timer',
    tm: { fr_inv_timer: 1000, restart_fr_on_each_reply: 0 },
    routes: toOne,
    caller: call,
    callees: {
      a: {
        INVITE: [
          { at: 0, status: 180 },
          { at: 600, status: 180 },
        ],
      },
    },
    lasts: 2000,
  },
  {
    id: 'timer_no_restart_higher',
    title: 'restart_fr_on_each_reply 0: a 183 after a 180 does',
    tm: { fr_inv_timer: 1000, restart_fr_on_each_reply: 0 },
    routes: toOne,
    caller: call,
    callees: {
      a: {
        INVITE: [
          { at: 0, status: 180 },
          { at: 600, status: 183 },
        ],
      },
    },
    lasts: 2200,
  },
  {
    id: 'timer_100_then_inv',
    title: 'a 100 of the callee starts fr_inv_timer',
    tm: { fr_inv_timer: 1000 },
    routes: toOne,
    caller: call,
    callees: { a: { INVITE: [{ at: 0, status: 100 }] } },
    lasts: 1600,
  },
  {
    id: 'timer_lifetime',
    title: 't_set_max_lifetime ends a call that rings on',
    routes: { request: [setMaxLifetime(900, 900), fork('a'), relay] },
    caller: call,
    callees: {
      a: {
        INVITE: [
          { at: 0, status: 180 },
          { at: 500, status: 180 },
        ],
      },
    },
    lasts: 1500,
  },
  {
    id: 'timer_lifetime_message',
    title: 't_set_max_lifetime ends a MESSAGE without an answer',
    routes: { request: [setMaxLifetime(900, 900), fork('a'), relay] },
    caller: message,
    lasts: 1400,
  },
  {
    id: 'timer_fork_486',
    title: 'one branch is busy, the other silent: 408 wins',
    routes: { request: [setFr(0, 700), fork('a', 'b'), relay] },
    caller: call,
    callees: { a: { INVITE: [{ at: 0, status: 486 }] } },
    lasts: 1200,
  },
  {
    id: 'timer_fork_404',
    title: 'one branch has 404, the other is silent: 404 wins',
    routes: { request: [setFr(0, 700), fork('a', 'b'), relay] },
    caller: call,
    callees: { a: { INVITE: [{ at: 0, status: 404 }] } },
    lasts: 1200,
  },
  {
    id: 'timer_fork_faked_prio',
    title: 'faked_reply_prio 2000: 500 wins over a timeout',
    tm: { faked_reply_prio: 2000, fr_timer: 700 },
    routes: toTwo,
    caller: call,
    callees: { a: { INVITE: [{ at: 0, status: 500 }] } },
    lasts: 1200,
    differences: ['faked-reply-prio'],
  },
  {
    id: 'timer_fork_both',
    title: 'two silent branches',
    routes: { request: [setFr(0, 700), fork('a', 'b'), relay] },
    caller: call,
    lasts: 1200,
  },
  {
    id: 'timer_quiet',
    title: 'noisy_ctimer 0: an INVITE that nobody answers ends without a word',
    tm: { noisy_ctimer: 0, fr_timer: 700 },
    routes: toOne,
    caller: call,
    lasts: 1200,
  },
  {
    id: 'timer_quiet_fork',
    title: 'noisy_ctimer 0: a fork is answered with 408 all the same',
    tm: { noisy_ctimer: 0, fr_timer: 700 },
    routes: toTwo,
    caller: call,
    lasts: 1200,
  },
  {
    id: 'timer_quiet_failure',
    title: 'noisy_ctimer 0: an armed failure route sees the timeout',
    tm: { noisy_ctimer: 0, fr_timer: 700 },
    routes: { request: [fork('a'), onFailure('next'), relay], failure: { next: [fork('b'), relayOn] } },
    caller: call,
    callees: { b: { INVITE: [{ at: 0, status: 404 }] } },
    lasts: 1200,
  },
  {
    id: 'timer_late_200',
    title: '200 after the 408: it goes upstream',
    routes: { request: [setFr(0, 600), fork('a'), relay] },
    caller: call,
    callees: { a: { INVITE: [{ at: 900, status: 200 }] } },
    lasts: 1300,
  },
  {
    id: 'timer_late_486',
    title: '486 after the 408: it is acknowledged and absorbed',
    routes: { request: [setFr(0, 600), fork('a'), relay] },
    caller: call,
    callees: { a: { INVITE: [{ at: 900, status: 486 }] } },
    lasts: 1300,
  },
  {
    id: 'timer_late_180',
    title: '180 after the 408: it is absorbed',
    routes: { request: [setFr(0, 600), fork('a'), relay] },
    caller: call,
    callees: { a: { INVITE: [{ at: 900, status: 180 }] } },
    lasts: 1300,
  },
  {
    id: 'timer_late_message_200',
    title: '200 to a MESSAGE after its 408: it is absorbed',
    routes: { request: [setFr(0, 600), fork('a'), relay] },
    caller: message,
    callees: { a: { MESSAGE: [{ at: 900, status: 200 }] } },
    lasts: 1300,
  },
]
