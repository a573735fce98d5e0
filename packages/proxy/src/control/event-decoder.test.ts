import { describe, expect, it } from 'vitest'
import { NO_SUBJECT, UAS_SIDE, type EventFact } from '../bus/event-bus.ts'
import { Machine, TimerKind, type EventKindName } from '../bus/event-kind.ts'
import { stateNames, State } from '../tm/machine.ts'
import { eventDecoder, startLineDecoder } from './event-decoder.ts'
import { EventLog } from './event-log.ts'
import { FakeEventSource } from './fake-event-source.ts'
import type { EngineEvent } from '@signalbox/contract'

const invite = [
  'INVITE sip:bob@example.com SIP/2.0',
  'Via: SIP/2.0/UDP 192.0.2.7;branch=z9hG4bK1',
  'f: "Jos\u00c3\u00a9"',
  '  <sip:a@example.com>;tag=1',
  'To : <sip:bob@example.com>',
  'i: abc@host',
  'CSeq: 7 INVITE',
  'Subject: From: nobody',
  '',
  'From: <body>',
].join('\r\n')

function setup(decoder = eventDecoder) {
  const log = new EventLog()
  const source = new FakeEventSource(log)
  source.now = 1233.5
  const decode = decoder({ node: 'n1', stateNames, wallOffset: (worker) => 1_700_000_000_000 + worker })
  return (kind: EventKindName, fact: Partial<EventFact> & { raw?: string } = {}, branch = UAS_SIDE, subject = { index: 3, label: 4 }) => {
    const bytes = Buffer.from(fact.raw ?? '', 'latin1')
    source.emit(kind, { ...fact, subject, branch, bytes, start: 0, end: bytes.length })
    const found: EngineEvent[] = []
    log.visit(log.newest, (event) => void found.push(decode(event)))
    return found[0]
  }
}

describe('eventDecoder', () => {
  it('names time, engine, transaction and side', () => {
    const through = setup()
    expect(through('destroyed')).toEqual({
      seq: 1,
      tMono: 1234.5,
      tWall: 1_700_000_001_235,
      node: 'n1',
      tx: { index: 3, label: 4 },
      branch: null,
      kind: 'destroyed',
      data: {},
    })
    expect(through('timer-fired', { a: TimerKind.fr_inv }, 2, NO_SUBJECT)).toMatchObject({
      seq: 2,
      tx: null,
      branch: 2,
      data: { timer: 'fr_inv' },
    })
  })

  it('reads the outline of a new transaction from its request', () => {
    expect(setup()('created', { a: Machine.ist, c: 1, text: '127.0.0.1:5060 192.0.2.7:5062', raw: invite }).data).toEqual({
      kind: 'ist',
      method: 'INVITE',
      ruri: 'sip:bob@example.com',
      from: '"José" <sip:a@example.com>;tag=1',
      to: '<sip:bob@example.com>',
      callId: 'abc@host',
      cseq: '7 INVITE',
      source: 'udp:192.0.2.7:5062',
      local: false,
    })
  })

  it('keeps a message whole, one character a byte', () => {
    const raw = 'SIP/2.0 180 Ringing\r\nCSeq: 7 INVITE\r\n\r\n\u00ff'
    expect(setup()('msg-in', { c: 2, text: '[::1]:5060 [::1]:9', raw }, 1)).toMatchObject({
      branch: 1,
      data: { direction: 'in', method: 'INVITE', status: 180, transport: 'tcp', local: '[::1]:5060', remote: '[::1]:9', raw },
    })
    expect(setup()('retransmit', { a: 1, c: 1, text: 'a:1 b:2', raw: invite }).data).toMatchObject({
      direction: 'out',
      method: 'INVITE',
      status: null,
    })
  })

  it('reads no more of a message than its start line for those who want no more', () => {
    const raw = 'SIP/2.0 180 Ringing\r\nCSeq: 7 INVITE\r\n\r\n'
    const through = setup(startLineDecoder)
    expect(through('msg-in', { c: 2, text: '[::1]:5060 [::1]:9', raw }, 1).data).toEqual({
      direction: 'in',
      method: '',
      status: 180,
      transport: 'tcp',
      local: '[::1]:5060',
      remote: '[::1]:9',
      raw: 'SIP/2.0 180 Ringing\r\n',
    })
    expect(through('msg-out', { a: 1, c: 1, text: 'a:1 b:2', raw: invite }).data).toMatchObject({ method: 'INVITE', status: null })
    expect(through('msg-out', { a: 1, c: 1, text: 'a:1 b:2', raw: 'BYE sip:a SIP/2.0' }).data).toMatchObject({ method: 'BYE' })
    expect(through('created', { a: Machine.ist, c: 1, text: 'a:1 b:2', raw: invite }).data).toMatchObject({ cseq: '7 INVITE' })
  })

  it('names machines, states and timers', () => {
    const through = setup()
    expect(through('state', { a: Machine.ict, b: State.calling, c: State.proceeding }, 0).data).toEqual({
      machine: 'ict',
      from: 'calling',
      to: 'proceeding',
    })
    expect(through('timer-armed', { a: TimerKind.retr, b: 500 }).data).toEqual({ timer: 'retr', ms: 500 })
  })

  it('tells why a reply won', () => {
    const through = setup()
    expect(through('reply-candidate', { a: 486, b: 9, c: 0, text: 'Busy Here' }, 0).data).toEqual({
      status: 486,
      reason: 'Busy Here',
      priority: 9,
      faked: false,
    })
    expect(through('reply-picked', { a: 408, text: 'lowest class' }).data).toEqual({ status: 408, branch: -1, rule: 'lowest class' })
    expect(through('reply-dropped', { a: 404, text: 'lost' }, 1).data).toEqual({ status: 404, reason: 'lost' })
  })

  it('tells what happened outside of transactions', () => {
    const through = setup()
    const reply = 'SIP/2.0 404 Not Found\r\nCSeq: 1 OPTIONS\r\n\r\n'
    expect(through('sl-reply', { a: 404, c: 1, text: 'a:1 b:2', raw: reply }).data).toEqual({
      status: 404,
      reason: 'Not Found',
      method: 'OPTIONS',
      remote: 'udp:b:2',
    })
    expect(through('parse-error', { a: 17, b: 400, c: 1, text: 'a:1 b:2 Request-Line', raw: 'junk' }).data).toEqual({
      rule: 'Request-Line',
      offset: 17,
      remote: 'udp:b:2',
      raw: 'junk',
    })
    expect(through('script-enter', { text: 'request' }).data).toEqual({ route: 'request' })
    expect(through('script-error', { text: '/etc/route.js:3: x is not defined' }).data).toEqual({
      route: '',
      message: 'x is not defined',
      file: '/etc/route.js',
      line: 3,
    })
  })

  it('gives an outline of anything', () => {
    const through = setup()
    for (const raw of ['', '\r\n', 'SIP/2.0', 'INVITE', 'SIP/2.0 200', ':\r\n:']) expect(() => through('created', { raw })).not.toThrow()
  })
})
