import type { EngineEvent } from '@signalbox/contract'
import { describe, expect, it } from 'vitest'
import { UAS_SIDE } from '../bus/event-bus.ts'
import { EventKind, type EventKindName } from '../bus/event-kind.ts'
import { EventLog, type LoggedEvent } from './event-log.ts'
import { FakeEventSource } from './fake-event-source.ts'
import { LiveTransactions } from './live-transactions.ts'
import { relatedTransactions } from './related-transactions.ts'
import { transactionHistory } from './transaction-history.ts'

const kindNames = new Map(Object.entries(EventKind).map(([name, kind]) => [kind as number, name]))
const message = { direction: 'out', transport: 'udp', local: '127.0.0.1:5060', raw: '' }
const createdData = {
  kind: 'ist',
  method: 'INVITE',
  ruri: 'sip:b@x',
  from: 'a',
  to: 'b',
  callId: 'c',
  cseq: '1 INVITE',
  source: 'udp:127.0.0.1:9',
  local: false,
}

/** The text of a record is its data as JSON: the real encoding is the bus's affair. */
function decode(event: LoggedEvent): EngineEvent {
  return {
    seq: event.seq,
    tMono: event.ms,
    tWall: 1_000_000 + event.ms,
    node: 'test',
    tx: { index: event.index, label: event.label },
    branch: event.branch < 0 ? null : event.branch,
    kind: kindNames.get(event.kind),
    data: JSON.parse(event.text) as unknown,
  } as EngineEvent
}

function setup(limits = { rows: 100, rowsPerMessage: 10 }) {
  const log = new EventLog({ bytes: 1 << 20, events: 10_000, chunkBytes: 1 << 16 })
  const source = new FakeEventSource(log)
  let total = 0
  const emit = (kind: EventKindName, label: number, data: object = {}, branch = UAS_SIDE) => {
    if (kind === 'created') total++
    if (kind === 'destroyed') total--
    const text = JSON.stringify(kind === 'created' ? { ...createdData, ...data } : data)
    source.emit(kind, { subject: { index: 5, label }, branch, text })
  }
  return { log, emit, live: new LiveTransactions(log, decode, () => total, limits), lose: () => source.lose(1) }
}

describe('LiveTransactions', () => {
  it('shows a fresh reader what lives, not what has ended', () => {
    const { emit, live } = setup()
    emit('created', 1)
    emit('created', 2)
    emit('destroyed', 1)
    live.start()
    expect(live.snapshot()).toMatchObject({
      upsert: [{ key: '5:2', createdAt: 1_000_002, endedAt: null }],
      remove: [],
      total: 1,
      truncated: false,
    })
    expect(live.takePatch()).toBeNull()
  })

  it('builds a row from the events of its transaction', () => {
    const { emit, live } = setup()
    live.start()
    emit('created', 1)
    emit('state', 1, { machine: 'ist', from: '', to: 'proceeding' })
    emit('msg-out', 1, { ...message, method: 'INVITE', status: null, remote: '127.0.0.1:7' }, 0)
    emit('state', 1, { machine: 'ict', from: 'calling', to: 'proceeding' }, 0)
    emit('msg-in', 1, { ...message, method: 'INVITE', status: 180, remote: '127.0.0.1:7' }, 0)
    emit('msg-out', 1, { ...message, method: 'INVITE', status: 180, remote: '127.0.0.1:9' })
    emit('retransmit', 1, { ...message, method: 'INVITE', status: 180, remote: '127.0.0.1:9' })
    emit('msg-out', 1, { ...message, method: 'CANCEL', status: null, remote: '127.0.0.1:8' }, 0)
    live.advance()
    expect(live.takePatch()?.upsert).toMatchObject([
      {
        state: 'proceeding',
        status: 180,
        retransmissions: 1,
        branches: [{ index: 0, target: 'udp:127.0.0.1:7', state: 'proceeding', status: 180 }],
        updatedAt: 1_000_008,
      },
    ])
    emit('timer-armed', 1, { timer: 'wait', ms: 5000 })
    live.advance()
    expect(live.takePatch()?.upsert).toMatchObject([{ endedAt: 1_000_009 }])
  })

  it('removes what was destroyed and never tells of what came and went in between', () => {
    const { emit, live } = setup()
    emit('created', 1)
    live.start()
    emit('created', 2)
    emit('destroyed', 2)
    emit('destroyed', 1)
    live.advance()
    expect(live.takePatch()).toEqual({ upsert: [], remove: ['5:1'], total: 0, truncated: false })
    expect(live.takePatch()).toBeNull()
  })

  it('gives a fresh reader the newest rows and says that there are more', () => {
    const { emit, live } = setup()
    for (let label = 1; label <= 30; label++) emit('created', label)
    live.start()
    const { upsert, total, truncated } = live.snapshot()
    expect([upsert.length, upsert.at(-1)?.label, total, truncated]).toEqual([10, 30, 30, true])
  })

  it('cuts a patch to the newest rows and says so until the list has been empty', () => {
    const { emit, live } = setup()
    live.start()
    for (let label = 1; label <= 30; label++) emit('created', label)
    live.advance()
    expect(live.takePatch()).toMatchObject({ truncated: true, upsert: { length: 10 } })
    for (let label = 1; label <= 29; label++) emit('destroyed', label)
    live.advance()
    expect(live.takePatch()?.truncated).toBe(true)
    emit('destroyed', 30)
    live.advance()
    expect(live.takePatch()?.truncated).toBe(false)
  })

  it('keeps no more rows than its limit', () => {
    const { emit, live } = setup({ rows: 3, rowsPerMessage: 10 })
    live.start()
    for (let label = 1; label <= 3; label++) emit('created', label)
    live.advance()
    live.takePatch()
    emit('created', 4)
    live.advance()
    expect(live.takePatch()).toMatchObject({ upsert: [{ label: 4 }], remove: ['5:1'], total: 4, truncated: true })
  })

  it('ignores transactions whose beginning nobody knows', () => {
    const { emit, live } = setup()
    live.start()
    emit('state', 9, { machine: 'ist', from: '', to: 'proceeding' })
    live.advance()
    expect(live.takePatch()).toBeNull()
  })
})

describe('relatedTransactions', () => {
  it('finds the CANCEL of an INVITE and the INVITE of a CANCEL, by Call-ID and CSeq number', () => {
    const { log, emit } = setup()
    emit('created', 1)
    emit('created', 2, { method: 'CANCEL', cseq: '1 CANCEL' })
    emit('created', 3, { callId: 'other' })
    emit('created', 4, { cseq: '11 INVITE' })
    emit('state', 2, { machine: 'nist', from: '', to: 'completed' })
    const row = { index: 5, label: 1, callId: 'c', cseq: '1 INVITE' }
    expect(relatedTransactions(log, decode, row)).toEqual([{ key: '5:2', method: 'CANCEL' }])
    expect(relatedTransactions(log, decode, { ...row, label: 2, cseq: '1 CANCEL' })).toEqual([{ key: '5:1', method: 'INVITE' }])
    expect(relatedTransactions(log, decode, { ...row, index: 6 })).toEqual([])
  })
})

describe('transactionHistory', () => {
  it('finds an ended transaction as long as its events are kept', () => {
    const { log, emit } = setup()
    emit('created', 1)
    emit('created', 2)
    emit('destroyed', 1)
    const { row, events, complete } = transactionHistory(log, decode, 5, 1)
    expect(events.map((event) => event.kind)).toEqual(['created', 'destroyed'])
    expect(row).toMatchObject({ key: '5:1', endedAt: 1_000_003 })
    expect(complete).toBe(true)
  })

  it('says when events are missing', () => {
    const { log, emit, lose } = setup()
    emit('created', 1)
    lose()
    emit('destroyed', 1)
    expect(transactionHistory(log, decode, 5, 1).complete).toBe(false)
    emit('state', 3, { machine: 'ist', from: '', to: 'x' })
    expect(transactionHistory(log, decode, 5, 3)).toMatchObject({
      row: { key: '5:3', state: 'x', method: '' },
      complete: false,
      events: { length: 1 },
    })
    expect(transactionHistory(log, decode, 5, 4)).toEqual({ row: null, events: [], complete: false })
  })
})
