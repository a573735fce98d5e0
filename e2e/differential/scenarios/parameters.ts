import {
  addHeader,
  alsoTo,
  exit,
  fork,
  ifTimeout,
  newTransaction,
  onFailure,
  ownRequest,
  redirectFlags,
  relay,
  relayOn,
  reply,
  setUri,
  statelessReply,
  targetPath,
} from '../route-step.ts'
import type { Scenario } from '../scenario.ts'

const call = [{ at: 0, send: 'request', headers: ['X-Own: mine'] }] as const
const message = [{ at: 0, send: 'request', method: 'MESSAGE' }] as const
const toOne = { request: [fork('a'), relay] }

/** A reply whose Via branch is ours but for the 32 characters in its middle. */
function matching(value: number): readonly Scenario[] {
  const tm = { callid_cseq_matching: value }
  return [
    {
      id: `match_middle_${value}`,
      title: `callid_cseq_matching ${value}: a reply with other characters in the middle of our branch`,
      tm,
      routes: toOne,
      caller: message,
      callees: { a: { MESSAGE: [{ at: 0, status: 404, middle: '0'.repeat(32) }] } },
      lasts: 2500,
    },
    {
      id: `match_usual_${value}`,
      title: `callid_cseq_matching ${value}: a call that is forked and cancelled`,
      tm,
      routes: { request: [fork('a', 'b'), relay] },
      caller: [
        { at: 0, send: 'request' },
        { at: 200, send: 'cancel' },
      ],
      callees: { a: { INVITE: [{ at: 0, status: 180 }] }, b: { INVITE: [{ at: 50, status: 180 }] } },
      lasts: 600,
    },
  ]
}

/** Nothing can be sent from loopback to the network of RFC 5737. */
function unsendable(mode: number): Scenario {
  return {
    id: `unsendable_${mode}`,
    title: `failure_exec_mode ${mode}: a destination that nothing can be sent to, and a failure route that knows another one`,
    tm: { failure_exec_mode: mode, fr_timer: 1000 },
    routes: {
      request: [setUri('sip:nobody@192.0.2.1'), onFailure('lost'), relay],
      failure: { lost: [ifTimeout(fork('a'), relayOn)] },
    },
    caller: call,
    callees: { a: { INVITE: [{ at: 0, status: 486 }] } },
    lasts: 1500,
    differences: mode === 0 ? ['send-error-after-the-relay'] : [],
  }
}

/** CANCEL and ACK of an INVITE that the script has added something to. */
function reparsed(value: number): readonly Scenario[] {
  const tm = { reparse_invite: value, ac_extra_hdrs: 'X-' }
  const routes = { request: [addHeader('X-Also: yes'), fork('a'), relay] }
  return [
    {
      id: `reparse_cancel_${value}`,
      title: `reparse_invite ${value}: the CANCEL of an INVITE with other headers than it came with`,
      tm,
      routes,
      caller: [...call, { at: 150, send: 'cancel', headers: ['Reason: SIP;cause=200'] }],
      callees: { a: { INVITE: [{ at: 0, status: 180 }] } },
      lasts: 500,
    },
    {
      id: `reparse_ack_${value}`,
      title: `reparse_invite ${value}: the ACK to its negative reply`,
      tm,
      routes,
      caller: call,
      callees: { a: { INVITE: [{ at: 0, status: 486 }] } },
      lasts: 300,
    },
    {
      id: `reparse_route_${value}`,
      title: `reparse_invite ${value}: CANCEL and ACK of an INVITE that the script has given a Route`,
      tm,
      routes: { request: [addHeader('Route: <sip:{a};lr>'), fork('a'), relay] },
      caller: [...call, { at: 150, send: 'cancel' }],
      callees: { a: { INVITE: [{ at: 0, status: 180 }] } },
      lasts: 500,
      differences: value === 0 ? ['route-of-a-reparsed-cancel'] : [],
    },
  ]
}

const PATH = '<sip:one.example;lr>,<sip:two.example:5070;transport=tcp;lr>'

function redirecting(value: number): Scenario {
  return {
    id: `redirect_rich_${value}`,
    title: `rich_redirect ${value}: a 302 made of two targets, one of them with a path`,
    tm: { rich_redirect: value },
    routes: {
      request: [setUri('sip:one@192.0.2.7'), redirectFlags, alsoTo('a', '0.5'), targetPath(PATH), newTransaction, reply(302, 'Moved')],
    },
    caller: call,
    lasts: 300,
  }
}

/** The proxy asks a, and b if a fails; the caller only sets that off. */
function ownFailing(value: number, method: string): Scenario {
  return {
    id: `own_failing_${method.toLowerCase()}_${value}`,
    title: `enable_uac_fr ${value}: an ${method} of the proxy itself that a refuses, with a failure route that knows b`,
    tm: { enable_uac_fr: value },
    routes: {
      request: [ownRequest(method, 'a'), statelessReply(202, 'Accepted'), exit],
      localRequest: [onFailure('again')],
      failure: { again: [fork('b'), relayOn] },
    },
    caller: message,
    callees: { a: { [method]: [{ at: 50, status: 404 }] }, b: { [method]: [{ at: 50, status: 486 }] } },
    lasts: 500,
    differences: value === 1 ? ['via-of-an-own-request-tried-again'] : [],
  }
}

export const parameters: readonly Scenario[] = [
  ...[0, 1].flatMap((value) => ['OPTIONS', 'INVITE'].map((method) => ownFailing(value, method))),
  ...matching(0),
  ...matching(1),
  unsendable(0),
  unsendable(1),
  ...reparsed(0),
  ...reparsed(1),
  redirecting(0),
  redirecting(1),
  redirecting(2),
  redirecting(3),
  ...[0, 1].map((value): Scenario => ({
    id: `late_answer_${value}`,
    title: `reply_relay_mode ${value}: a 200 after the second 200 of a fork, and each of them once more`,
    tm: { reply_relay_mode: value },
    routes: { request: [fork('a', 'b'), relay] },
    caller: call,
    callees: {
      a: {
        INVITE: [
          { at: 0, status: 200, tag: 'a1' },
          { at: 200, status: 200, tag: 'a1' },
        ],
      },
      b: { INVITE: [{ at: 100, status: 200, tag: 'b1' }] },
    },
    lasts: 500,
  })),
]
