import { alsoTo, forceRport, fork, recordRoute, relay, setUri } from '../route-step.ts'
import type { CallerAction, Scenario } from '../scenario.ts'

const toOne = { request: [fork('a'), relay] }
const recorded = { request: [recordRoute, fork('a'), relay] }
const busy = { a: { INVITE: [{ at: 0, status: 486 }] } }
const answers = {
  a: {
    INVITE: [
      { at: 0, status: 180 },
      { at: 100, status: 200 },
    ],
  },
}

function call(edits: CallerAction['edits'], headers: readonly string[] = []): readonly CallerAction[] {
  return [{ at: 0, send: 'request', headers, edits }]
}

export const proxyCore: readonly Scenario[] = [
  { id: 'hops_zero', title: 'Max-Forwards 0 gets 483', routes: toOne, caller: call([['Forwards: 70', 'Forwards: 0']]), lasts: 250 },
  {
    id: 'hops_one',
    title: 'Max-Forwards 1 is relayed as 0',
    routes: toOne,
    caller: call([['Forwards: 70', 'Forwards: 1']]),
    callees: busy,
    lasts: 300,
  },
  {
    id: 'hops_none',
    title: 'a missing Max-Forwards is added',
    routes: toOne,
    caller: call([['Max-Forwards: 70\r\n', '']]),
    callees: busy,
    lasts: 300,
  },
  {
    id: 'hops_many',
    title: 'Max-Forwards 200 is cut',
    routes: toOne,
    caller: call([['Forwards: 70', 'Forwards: 200']]),
    callees: busy,
    lasts: 300,
  },
  {
    id: 'via_without_rport',
    title: 'a Via without rport',
    routes: toOne,
    caller: call([[';rport', '']]),
    callees: busy,
    lasts: 300,
  },
  {
    id: 'via_force_rport',
    title: 'force_rport for a Via without rport',
    routes: { request: [forceRport, fork('a'), relay] },
    caller: call([[';rport', '']]),
    callees: busy,
    lasts: 300,
    differences: ['received-with-forced-rport'],
  },
  {
    id: 'via_other_host',
    title: 'a Via that names another host gets received',
    routes: toOne,
    caller: call([['SIP/2.0/UDP 127.0.0.1', 'SIP/2.0/UDP 10.1.2.3']]),
    callees: busy,
    lasts: 300,
  },
  {
    id: 'via_two_in_line',
    title: 'two Via values in one line',
    routes: toOne,
    caller: call([['\r\nMax-Forwards', ', SIP/2.0/UDP 10.1.2.3:5070;branch=z9hG4bKRUNfar\r\nMax-Forwards']]),
    callees: answers,
    lasts: 400,
    differences: ['received-of-the-top-via'],
  },
  {
    id: 'via_two_lines',
    title: 'two Via lines',
    routes: toOne,
    caller: call([['\r\nMax-Forwards', '\r\nVia: SIP/2.0/UDP 10.1.2.3:5070;branch=z9hG4bKRUNfar\r\nMax-Forwards']]),
    callees: answers,
    lasts: 400,
  },
  {
    id: 'headers_compact',
    title: 'compact header names',
    routes: toOne,
    caller: call([
      ['Via:', 'v:'],
      ['From:', 'f:'],
      ['To:', 't:'],
      ['Call-ID:', 'i:'],
      ['Contact:', 'm:'],
      ['Content-Length:', 'l:'],
    ]),
    callees: answers,
    lasts: 400,
  },
  {
    id: 'headers_folded',
    title: 'folded and oddly spaced headers',
    routes: toOne,
    caller: call([
      ['From: ', 'From:\r\n '],
      ['CSeq: 1 INVITE', 'cseq :  1\r\n\tINVITE'],
    ]),
    callees: busy,
    lasts: 300,
    differences: ['folded-cseq'],
  },
  {
    id: 'headers_no_length',
    title: 'no Content-Length over UDP',
    routes: toOne,
    caller: call([['Content-Length: 0\r\n', '']]),
    callees: busy,
    lasts: 300,
    differences: ['content-length-of-ack'],
  },
  {
    id: 'branch_old',
    title: 'an INVITE of a client before RFC 3261: its retransmission and CANCEL are recognised',
    routes: toOne,
    caller: [
      { at: 0, send: 'request', edits: [['branch=z9hG4bK', 'branch=old']] },
      { at: 100, send: 'again' },
      { at: 200, send: 'cancel' },
    ],
    callees: { a: { INVITE: [{ at: 0, status: 180 }] } },
    lasts: 500,
  },
  {
    id: 'branch_none',
    title: 'an INVITE without a branch: its retransmission and ACK are recognised',
    routes: toOne,
    caller: [
      { at: 0, send: 'request', edits: [[';branch=z9hG4bK', ';x=']] },
      { at: 100, send: 'again' },
    ],
    callees: {
      a: {
        INVITE: [
          { at: 0, status: 180 },
          { at: 200, status: 486 },
        ],
      },
    },
    lasts: 900,
  },
  {
    id: 'dialog_recorded',
    title: 'a call with Record-Route: ACK and BYE come through the Route',
    routes: recorded,
    caller: [
      { at: 0, send: 'request' },
      { at: 250, send: 'within dialog', method: 'BYE' },
    ],
    callees: answers,
    lasts: 500,
  },
  {
    id: 'dialog_direct',
    title: 'a call without Record-Route: ACK and BYE by their Request-URI',
    routes: toOne,
    caller: [
      { at: 0, send: 'request' },
      { at: 250, send: 'within dialog', method: 'BYE' },
    ],
    callees: answers,
    lasts: 500,
  },
  {
    id: 'dialog_methods',
    title: 'INFO, UPDATE and a MESSAGE with 404 within a dialog',
    routes: recorded,
    caller: [
      { at: 0, send: 'request' },
      { at: 250, send: 'within dialog', method: 'INFO' },
      { at: 350, send: 'within dialog', method: 'UPDATE' },
      { at: 450, send: 'within dialog', method: 'MESSAGE' },
    ],
    callees: { a: { ...answers.a, MESSAGE: [{ at: 0, status: 404 }] } },
    lasts: 650,
  },
  {
    id: 'dialog_reinvite',
    title: 'a re-INVITE within the dialog',
    routes: recorded,
    caller: [
      { at: 0, send: 'request' },
      { at: 250, send: 'within dialog', method: 'INVITE' },
    ],
    callees: { a: { ...answers.a, 'INVITE 2': [{ at: 0, status: 200 }] } },
    lasts: 600,
  },
  {
    id: 'route_preloaded',
    title: 'a Route that names the proxy is left alone by a script that does not look at it',
    routes: toOne,
    caller: call([], ['Route: <sip:198.51.100.1;lr>']),
    callees: busy,
    lasts: 300,
  },
  {
    id: 'method_options',
    title: 'OPTIONS is relayed and answered',
    routes: toOne,
    caller: [{ at: 0, send: 'request', method: 'OPTIONS' }],
    lasts: 250,
  },
  {
    id: 'method_unknown',
    title: 'a method that nobody knows',
    routes: toOne,
    caller: [{ at: 0, send: 'request', method: 'FROBNICATE' }],
    callees: { a: { FROBNICATE: [{ at: 0, status: 405, headers: ['Allow: INVITE, ACK'] }] } },
    lasts: 250,
  },
  {
    id: 'method_register',
    title: 'a REGISTER that is relayed',
    routes: toOne,
    caller: [{ at: 0, send: 'request', method: 'REGISTER' }],
    lasts: 250,
  },
  {
    id: 'method_message_4xx',
    title: 'a MESSAGE with 486',
    routes: toOne,
    caller: [{ at: 0, send: 'request', method: 'MESSAGE' }],
    callees: { a: { MESSAGE: [{ at: 50, status: 486 }] } },
    lasts: 300,
  },
  {
    id: 'method_unknown_user',
    title: 'a Request-URI that the script does not know',
    routes: toOne,
    caller: call([['sip:method_unknown_user@', 'sip:stranger@']]),
    lasts: 300,
  },
  {
    id: 'target_bad_uri',
    title: 'a target that is no SIP URI',
    routes: { request: [setUri('http://example.org/'), relay] },
    caller: call([]),
    lasts: 400,
  },
  {
    id: 'target_unresolvable',
    title: 'a target whose name has no address',
    routes: { request: [setUri('sip:a@no-such-host.invalid'), relay] },
    caller: call([]),
    lasts: 1200,
    differences: ['one-reply-to-an-error'],
  },
  {
    id: 'target_one_unresolvable',
    title: 'a fork of which one target has no address',
    routes: {
      request: [
        fork('a'),
        { cfg: 'append_branch("sip:x@no-such-host.invalid");', ksr: 'KSR.corex.append_branch_uri("sip:x@no-such-host.invalid");' },
        relay,
      ],
    },
    caller: call([]),
    callees: {
      a: {
        INVITE: [
          { at: 0, status: 180 },
          { at: 300, status: 486 },
        ],
      },
    },
    lasts: 1200,
  },
  {
    id: 'target_twice',
    title: 'the same target twice in one fork',
    routes: { request: [fork('a'), alsoTo('a'), relay] },
    caller: call([]),
    callees: { a: { INVITE: [{ at: 0, status: 480 }], 'INVITE 2': [{ at: 100, status: 486 }] } },
    lasts: 400,
  },
]
