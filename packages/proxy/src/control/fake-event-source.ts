import { emptyFact, UAS_SIDE, type EventFact, type EventSubject } from '../bus/event-bus.ts'
import { EventKind, type EventKindName } from '../bus/event-kind.ts'
import { EventRingReader, EventRingWriter, ringBytes } from '../bus/event-ring.ts'
import type { EventLog } from './event-log.ts'

const CAPACITY = 1 << 16

export interface FakeEvent extends Partial<EventFact> {
  readonly subject?: EventSubject
  readonly branch?: number
}

/** A SIP thread's end of the event ring, drained into a log at once. Each event is a millisecond after the one before. */
export class FakeEventSource {
  /** Monotonic milliseconds. */
  now = 0
  readonly #log: EventLog
  readonly #worker: number
  readonly #writer: EventRingWriter
  readonly #reader: EventRingReader

  constructor(log: EventLog, worker = 0) {
    const shared = new ArrayBuffer(ringBytes(CAPACITY))
    this.#log = log
    this.#worker = worker
    this.#writer = new EventRingWriter(shared, { now: () => this.now, wall: () => this.now })
    this.#reader = new EventRingReader(shared)
  }

  emit(kind: EventKindName, { subject = { index: 5, label: 1 }, branch = UAS_SIDE, ...fact }: FakeEvent = {}): void {
    this.now++
    this.#writer.emit(EventKind[kind], subject, branch, { ...emptyFact(), ...fact })
    this.#reader.take((view, bytes, start, end) => this.#log.append(this.#worker, view, bytes, [start, end]))
  }

  /** That many events find no room. */
  lose(count: number): void {
    const bytes = new Uint8Array(CAPACITY)
    for (let i = 0; i < count; i++) {
      this.#writer.emit(EventKind.state, { index: 0, label: 0 }, UAS_SIDE, { ...emptyFact(), bytes, start: 0, end: CAPACITY })
    }
  }
}
