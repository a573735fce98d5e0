import type { EngineEvent } from '@signalbox/contract'
import { describe, expect, it } from 'vitest'
import { eventRows, isGap, missingText, neighbour } from './event-rows.ts'
import { parseKinds } from './event-summary.ts'

const event = (seq: number, rule = 'Via'): EngineEvent => ({
  ...{ seq, tMono: seq, tWall: seq, node: 'a', tx: null, branch: null },
  kind: 'parse-error',
  data: { rule, offset: 1, remote: 'udp:10.0.0.1:5060' },
})
const all = parseKinds(undefined)
const numbers = (rows: ReturnType<typeof eventRows>) => rows.map((row) => (isGap(row) ? `-${row.absent}` : row.seq))

describe('eventRows', () => {
  it('MUST mark where events are missing', () => {
    expect(numbers(eventRows([event(4), event(5), event(9), event(10)], all, ''))).toEqual([4, 5, '-3', 9, 10])
  })

  it('adds up what is missing between two events that match', () => {
    const kept = [event(1, 'To'), event(3), event(6), event(7, 'To'), event(9)]
    expect(numbers(eventRows(kept, all, 'to'))).toEqual([1, '-3', 7])
    expect(numbers(eventRows(kept, all, 'via'))).toEqual([3, '-2', 6, '-1', 9])
  })

  it('marks nothing where events only do not match', () => {
    expect(numbers(eventRows([event(1), event(2, 'To'), event(3)], all, 'via'))).toEqual([1, 3])
    expect(eventRows([event(1), event(5)], parseKinds('timers'), '')).toEqual([])
  })
})

describe('neighbour', () => {
  it('passes over gaps and stays inside', () => {
    const rows = eventRows([event(1), event(2), event(9)], all, '')
    expect([0, 1].map((at) => neighbour(rows, at, 1))).toEqual([1, 3])
    expect([3, 1, 0].map((at) => neighbour(rows, at, -1))).toEqual([1, 0, 0])
    expect([neighbour(rows, 3, 1), neighbour(rows, -1, 1), neighbour(rows, -1, -1)]).toEqual([3, 3, 3])
  })
})

describe('missingText', () => {
  it('tells each cause with its own count', () => {
    expect(missingText({ crowded: 0, lost: 0, slow: 0 }, 1000)).toBeNull()
    expect(missingText({ crowded: 1204, lost: 0, slow: 0 }, 1000)).toBe(
      'Not shown: 1,204 events, because more than 1,000 came in a second.',
    )
    expect(missingText({ crowded: 0, lost: 1, slow: 30 }, 1000)).toBe(
      'Not shown: 30 events, because this tab was too slow; 1 event, because the engine lost them.',
    )
  })
})
