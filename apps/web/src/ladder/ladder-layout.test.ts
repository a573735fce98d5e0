import type { EngineEvent, EventKindName } from '@signalbox/contract'
import { describe, expect, it } from 'vitest'
import { layoutLadder } from './ladder-layout.ts'
import { PROXY_LANE, UAC_LANE, type LadderRow } from './ladder-model.ts'
import { describeRow, textLadder } from './text-ladder.ts'

let seq = 0

function event(kind: EventKindName, branch: number | null, data: object, at: number): EngineEvent {
  seq += 1
  return { seq, tMono: at, tWall: 1e12 + at, node: 'a', tx: { index: 1, label: 2 }, branch, kind, data } as EngineEvent
}

function message(kind: 'msg-in' | 'msg-out' | 'retransmit', branch: number | null, first: string, at: number): EngineEvent {
  const status = /^SIP\/2\.0 (\d+)/.exec(first)
  const data = {
    direction: kind === 'msg-in' ? 'in' : 'out',
    method: status === null ? first.split(' ')[0] : 'INVITE',
    status: status === null ? null : Number(status[1]),
    transport: 'udp',
    local: '127.0.0.1:5060',
    remote: branch === null ? '10.0.0.1:5060' : `10.0.0.${7 + branch}:5080`,
    raw: `${first}\r\nCall-ID: x\r\n\r\n`,
  }
  return event(kind, branch, data, at)
}

function timeout(): EngineEvent[] {
  return [
    event('created', null, { kind: 'ist', method: 'INVITE', source: 'udp:10.0.0.1:5060' }, 0),
    message('msg-in', null, 'INVITE sip:bob@example.net SIP/2.0', 0),
    message('msg-out', null, 'SIP/2.0 100 Trying', 1),
    message('msg-out', 0, 'INVITE sip:bob@10.0.0.7:5080 SIP/2.0', 2),
    event('timer-armed', 0, { timer: 'retr', ms: 500 }, 2),
    event('timer-armed', 0, { timer: 'fr', ms: 5000 }, 2),
    event('timer-fired', 0, { timer: 'retr' }, 502),
    message('retransmit', 0, 'INVITE sip:bob@10.0.0.7:5080 SIP/2.0', 502),
    event('timer-armed', 0, { timer: 'retr', ms: 1000 }, 502),
    event('timer-fired', 0, { timer: 'retr' }, 1502),
    message('retransmit', 0, 'INVITE sip:bob@10.0.0.7:5080 SIP/2.0', 1502),
    event('timer-armed', 0, { timer: 'retr', ms: 2000 }, 1502),
  ]
}

const layout = (events: EngineEvent[], retransmissions: 'collapsed' | 'open' = 'collapsed') =>
  layoutLadder(events, null, { retransmissions })
const messages = (rows: readonly LadderRow[]) => rows.filter((row) => row.type === 'message')

describe('layoutLadder', () => {
  it('has one lane for the caller, one for the proxy and one for each branch', () => {
    const fork = [...timeout(), message('msg-out', 1, 'INVITE sip:bob@10.0.0.8:5080 SIP/2.0', 3)]
    expect(layout(fork).lanes).toEqual([
      { id: UAC_LANE, title: 'Caller', address: 'udp:10.0.0.1:5060' },
      { id: PROXY_LANE, title: 'Proxy', address: '127.0.0.1:5060' },
      { id: 0, title: 'Branch 0', address: 'udp:10.0.0.7:5080' },
      { id: 1, title: 'Branch 1', address: 'udp:10.0.0.8:5080' },
    ])
  })

  it('points arrows by direction', () => {
    const [invite, trying, forwarded] = messages(layout(timeout()).rows)
    expect(invite).toMatchObject({ from: UAC_LANE, to: PROXY_LANE })
    expect(trying).toMatchObject({ from: PROXY_LANE, to: UAC_LANE, summary: { label: '100 Trying' } })
    expect(forwarded).toMatchObject({ from: PROXY_LANE, to: 0 })
  })

  it('collapses retransmissions of one message into one row, and opens them', () => {
    const collapsed = messages(layout(timeout()).rows).filter((row) => row.retransmission)
    expect(collapsed).toHaveLength(1)
    expect(collapsed[0].events.map((e) => e.tMono)).toEqual([502, 1502])
    const open = messages(layout(timeout(), 'open').rows).filter((row) => row.retransmission)
    expect(open).toHaveLength(2)
  })

  it('starts a new group after another message', () => {
    const events = [
      ...timeout(),
      message('msg-in', 0, 'SIP/2.0 180 Ringing', 1600),
      message('retransmit', 0, 'INVITE sip:bob@10.0.0.7:5080 SIP/2.0', 3502),
    ]
    expect(messages(layout(events).rows).filter((row) => row.retransmission)).toHaveLength(2)
  })

  it('keeps one bar for a timer that is armed again after it fired', () => {
    const bars = layout(timeout()).rows.filter((row) => row.type === 'timer')
    expect(bars).toHaveLength(1)
    expect(bars[0].timers).toMatchObject([
      { timer: 'retr', arms: 3, ms: 2000, armedMono: 1502, outcome: 'armed' },
      { timer: 'fr', arms: 1, ms: 5000, outcome: 'armed' },
    ])
  })

  it('ends a bar when its timer is cancelled and gives a deciding timer its own row', () => {
    const events = [...timeout(), event('timer-cancelled', 0, { timer: 'retr' }, 5002), event('timer-fired', 0, { timer: 'fr' }, 5002)]
    const rows = layout(events).rows
    expect(rows.find((row) => row.type === 'timer')).toMatchObject({
      timers: [
        { timer: 'retr', outcome: 'cancelled', endMono: 5002 },
        { timer: 'fr', outcome: 'fired', endMono: 5002 },
      ],
    })
    expect(rows.at(-1)).toMatchObject({ type: 'note', tone: 'timer', text: 'fr fired' })
  })

  it('takes fr and fr_inv for one timer of the branch', () => {
    const ringing = [...timeout(), event('timer-armed', 0, { timer: 'fr_inv', ms: 120000 }, 1700)]
    const bars = (events: EngineEvent[]) => layout(events).rows.flatMap((row) => (row.type === 'timer' ? row.timers : []))
    expect(bars(ringing).slice(1)).toMatchObject([
      { timer: 'fr', outcome: 'cancelled', endMono: 1700 },
      { timer: 'fr_inv', outcome: 'armed' },
    ])
    const answered = [...ringing, event('timer-cancelled', 0, { timer: 'fr' }, 2000)]
    expect(bars(answered)[2]).toMatchObject({ timer: 'fr_inv', outcome: 'cancelled', endMono: 2000 })
  })

  it('puts states of both sides that change together into one row', () => {
    const events = [
      event('state', 0, { machine: 'ict', from: 'calling', to: 'completed' }, 1),
      event('state', null, { machine: 'ist', from: 'proceeding', to: 'completed' }, 1),
      event('state', null, { machine: 'ist', from: 'completed', to: 'confirmed' }, 9),
    ]
    expect(layout(events).rows.map((row) => (row.type === 'state' ? row.marks.length : 0))).toEqual([2, 1])
  })

  it('does not change rows it gave out before', () => {
    const events = timeout()
    const first = layout(events.slice(0, 8))
    const text = JSON.stringify(first)
    layout(events)
    expect(JSON.stringify(first)).toBe(text)
  })

  it('shows kinds it does not know', () => {
    const unknown = { ...event('destroyed', null, {}, 5), kind: 'lump' } as unknown as EngineEvent
    expect(layout([unknown]).rows[0]).toMatchObject({ type: 'note', text: 'lump' })
  })
})

describe('textLadder', () => {
  it('draws arrows between the lanes', () => {
    const lines = textLadder(layout(timeout())).split('\n')
    expect(lines[0]).toContain('Caller')
    expect(lines[3]).toMatch(/\+0\.000.*\|-+ INVITE sip:bob.*->\|/)
    expect(lines[4]).toMatch(/\|<-+ 100 Trying -+\|/)
    expect(lines.some((line) => /\|\.+ again x2: INVITE/.test(line))).toBe(true)
  })

  it('marks what it cuts and keeps every lifeline', () => {
    const uri = `sip:${'a'.repeat(60)}@example.net`
    const text = textLadder(
      layout([
        message('msg-in', null, `INVITE ${uri} SIP/2.0`, 0),
        message('msg-out', 0, `INVITE ${uri} SIP/2.0`, 1),
        event('reply-picked', 0, { status: 200, branch: 0, rule: 'a rule that is longer than the room between two lanes' }, 2),
      ]),
    )
    const rows = text.trimEnd().split('\n').slice(2)
    for (const row of rows) expect([row[29], row[69], row[109]]).toEqual(['|', '|', '|'])
    expect(rows[0]).toContain('aaa… ')
    expect(rows.length).toBeGreaterThan(3)
    expect(text).toContain('longer than the room between two')
  })

  it('describes a timer row in words', () => {
    const row = layout(timeout()).rows.find((r) => r.type === 'timer')
    expect(row === undefined ? '' : describeRow(row)).toBe('retr 2000 ms x3 armed, fr 5000 ms armed')
  })
})
