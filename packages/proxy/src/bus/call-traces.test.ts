import { parseMessage, SipMessage } from '@signalbox/sip'
import { describe, expect, it } from 'vitest'
import { CallTraces, type CallFacts, type TraceKind } from './call-traces.ts'

const encoder = new TextEncoder()

function call(values: { callId?: string; from?: string; to?: string; uri?: string; source?: string } = {}): CallFacts {
  const { callId = 'a@b', from = '<sip:alice@example.com>;tag=1', to = '<sip:bob@example.com>', uri = 'sip:bob@192.0.2.1' } = values
  const lines = [`INVITE ${uri} SIP/2.0`, 'Via: SIP/2.0/UDP 192.0.2.9;branch=z9hG4bK1', `From: ${from}`, `To: ${to}`, `Call-ID: ${callId}`]
  const bytes = encoder.encode(`${[...lines, 'CSeq: 1 INVITE', 'Max-Forwards: 70', 'Content-Length: 0'].join('\r\n')}\r\n\r\n`)
  const message = new SipMessage()
  parseMessage(message, bytes, 0, bytes.length, 'datagram')
  return { message, source: { remote: { address: values.source ?? '192.0.2.9' } } }
}

function tracing(kind: TraceKind, value: string): CallTraces {
  const traces = new CallTraces()
  traces.set([{ kind, value, until: 1000 }])
  return traces
}

describe('CallTraces', () => {
  it('matches nothing when nothing is traced', () => {
    const traces = new CallTraces()
    expect([traces.none, traces.match(call(), 1)]).toEqual([true, false])
  })

  it.each([
    ['call-id', 'a@b', true],
    ['call-id', 'a@', false],
    ['source', '192.0.2.9', true],
    ['source', '192.0.2.90', false],
    ['user', 'alice', true],
    ['user', 'bob', true],
    ['user', 'ali', false],
    ['user', 'example.com', false],
  ] as const)('by %s %s: %s', (kind, value, expected) => {
    expect(tracing(kind, value).match(call(), 1)).toBe(expected)
  })

  it.each([
    ['sip:+4930123;phone-context=x@example.com', '+4930123', true],
    ['tel:+4930123;ext=1', '+4930123', true],
    ['sip:carol:secret@example.com', 'carol', true],
    ['sip:example.com', 'example.com', false],
  ])('finds the user of %s', (uri, user, expected) => {
    expect(tracing('user', user).match(call({ uri }), 1)).toBe(expected)
  })

  it('knows the other requests of a call by its Call-ID, whoever sends them', () => {
    const traces = tracing('source', '192.0.2.9')
    expect(traces.match(call({ source: '192.0.2.44' }), 7)).toBe(false)
    expect(traces.match(call(), 7)).toBe(true)
    expect(traces.match(call({ source: '192.0.2.44' }), 7)).toBe(true)
  })

  it('takes a From that cannot be read for nobody', () => {
    expect(tracing('user', 'mallory').match(call({ from: '<sip:alice@example.com;tag=1' }), 1)).toBe(false)
  })

  it('ends when its time has come, and forgets its calls', () => {
    const traces = tracing('call-id', 'a@b')
    traces.match(call(), 7)
    traces.tick(999)
    expect(traces.none).toBe(false)
    traces.tick(1000)
    expect([traces.none, traces.match(call(), 7)]).toEqual([true, false])
  })
})
