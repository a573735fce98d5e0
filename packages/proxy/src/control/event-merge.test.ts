import { describe, expect, it } from 'vitest'
import { emptyFact } from '../bus/event-bus.ts'
import { EventRingReader, EventRingWriter, ringBytes } from '../bus/event-ring.ts'
import { FakeClock } from '../clock/fake-clock.ts'
import { EventDrain } from './event-drain.ts'
import { EventLog } from './event-log.ts'

/** A thread whose clock is `offset` behind that of all. */
function thread(offset: number, capacity = 1 << 12) {
  const memory = new ArrayBuffer(ringBytes(capacity))
  const clock = new FakeClock(0)
  const writer = new EventRingWriter(memory, clock)
  const emit = (time: number, label: number): void => {
    clock.advanceTo(time - offset)
    writer.emit(3, { index: 1, label }, 0, { ...emptyFact(), text: 'x'.repeat(label % 50) })
  }
  return { reader: new EventRingReader(memory), emit, offset }
}

function drained(threads: readonly ReturnType<typeof thread>[]) {
  const log = new EventLog()
  let drain = (): void => undefined
  new EventDrain(
    threads.map(({ reader }) => reader),
    log,
    (worker) => threads[worker].offset,
  ).start((_ms, action) => {
    drain = action
    return () => undefined
  })
  const labels = (): readonly number[] => {
    const found: number[] = []
    log.visit(0, ({ label }) => void found.push(label))
    return found
  }
  return { drain: () => drain(), labels, log }
}

describe('events of several SIP threads', () => {
  it('come into the log in the order of their time', () => {
    const [a, b, c] = [thread(0), thread(500), thread(-100)]
    const { drain, labels, log } = drained([a, b, c])
    a.emit(1000, 1)
    b.emit(1001, 2)
    b.emit(1002, 3)
    a.emit(1003, 4)
    c.emit(1004, 5)
    a.emit(1005, 6)
    drain()
    expect(labels()).toEqual([1, 2, 3, 4, 5, 6])
    b.emit(1010, 7)
    a.emit(1011, 8)
    drain()
    drain()
    expect(labels()).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
    expect(log.lost).toBe(0)
    expect(log.newest).toBe(8)
  })

  it('come in order and none is lost when the rings begin again', () => {
    const threads = [thread(0), thread(10_000)]
    const { drain, labels, log } = drained(threads)
    for (let i = 1; i <= 500; i++) {
      threads[(i * 7 + (i >> 2)) % 2].emit(20_000 + i, i)
      if (i % 9 === 0) drain()
    }
    drain()
    expect(labels()).toEqual(Array.from({ length: 500 }, (_, i) => i + 1))
    expect(log.lost).toBe(0)
  })
})
