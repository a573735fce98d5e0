import { Value } from 'typebox/value'
import { describe, expect, it } from 'vitest'
import { exampleEvent, exampleRow } from './examples.ts'
import { methods } from './methods.ts'
import { ClientMessage, ServerMessage } from './socket-messages.ts'
import { TopicMessage } from './topics.ts'

const stats = {
  t: 1,
  stats: methods['tm.stats'].example.result,
  messagesIn: 1,
  messagesOut: 1,
  retransmissions: 0,
  loopDelayP50Ms: 0.1,
  loopDelayP99Ms: 1.5,
  heapUsed: 1,
  rss: 1,
  eventsLost: 0,
  recordedOneIn: 1,
  uptimeS: 1.5,
}
const messages = [
  { topic: 'tm.stats', seq: 1, data: stats },
  { topic: 'transactions', seq: 1, reset: true, data: { upsert: [exampleRow], remove: ['1:2'], total: 1, truncated: false } },
  { topic: 'events', seq: 2, data: { events: [exampleEvent], skipped: 3 } },
  { topic: 'tx:4711:1868931', seq: 1, reset: true, data: { row: null, events: [exampleEvent] } },
]

describe('messages', () => {
  it.each(messages)('MUST carry $topic on the engine socket and to browsers', (message) => {
    expect([...Value.Errors(TopicMessage, message)]).toEqual([])
    expect(Value.Check(ServerMessage, { op: 'data', ...message })).toBe(true)
    expect(Value.Check(ServerMessage, message)).toBe(false)
  })

  it('MUST not take the data of one topic for another', () => {
    expect(Value.Check(TopicMessage, { topic: 'events', seq: 1, data: stats })).toBe(false)
    expect(Value.Check(TopicMessage, { topic: 'tx:1', seq: 1, data: { row: null, events: [] } })).toBe(false)
  })

  it.each([
    [{ op: 'subscribe', topic: 'events', since: 3 }, true],
    [{ op: 'unsubscribe', topic: 'events' }, true],
    [{ op: 'ping' }, true],
    [{ op: 'subscribe' }, false],
    [{ op: 'subscribe', topic: 'events', since: -1 }, false],
    [{ op: 'other' }, false],
    [null, false],
  ])('checks what a browser sends: %j', (message, valid) => {
    expect(Value.Check(ClientMessage, message)).toBe(valid)
  })

  it.each([
    { op: 'hello', server: { version: '0.1.0', node: 'signalbox' }, engine: 'up' },
    { op: 'engine', state: 'down' },
    { op: 'error', code: 'UNKNOWN_TOPIC', message: 'There is no such topic', topic: 'x' },
    { op: 'skipped', topic: 'events', count: 3 },
    { op: 'pong' },
  ])('accepts server message $op', (message) => {
    expect(Value.Check(ServerMessage, message)).toBe(true)
  })
})
