import { PADDING, recordKind, recordMs, recordSize } from '../bus/event-record.ts'
import type { EventLog } from './event-log.ts'

/** Whole records of one SIP thread, the last of which may be padding; `view` begins where `bytes` does. */
export interface RecordPiece {
  readonly worker: number
  readonly view: DataView
  readonly bytes: Uint8Array
  readonly start: number
  readonly end: number
}

/** A place in the records of one SIP thread. */
class Cursor {
  readonly #pieces: readonly RecordPiece[]
  readonly #offset: number
  #piece = 0
  #at: number

  constructor(pieces: readonly RecordPiece[], offset: number) {
    this.#pieces = pieces
    this.#offset = offset
    this.#at = pieces[0].start
    this.#settle()
  }

  get done(): boolean {
    return this.#piece === this.#pieces.length
  }

  /** Of the next record. */
  get time(): number {
    return this.done ? Infinity : recordMs(this.#pieces[this.#piece].view, this.#at) + this.#offset
  }

  /** Gives `log` the next record, and those after it that are no later than `until`. */
  give(log: EventLog, until: number): void {
    const { worker, view, bytes, end } = this.#pieces[this.#piece]
    const start = this.#at
    do this.#at += recordSize(view, this.#at)
    while (this.#at < end && recordKind(view, this.#at) !== PADDING && recordMs(view, this.#at) + this.#offset <= until)
    log.append(worker, view, bytes, [start, this.#at])
    this.#settle()
  }

  /** Onto a record, if there is one. */
  #settle(): void {
    while (!this.done) {
      const { view, end } = this.#pieces[this.#piece]
      if (this.#at < end && recordKind(view, this.#at) !== PADDING) return
      this.#piece++
      if (!this.done) this.#at = this.#pieces[this.#piece].start
    }
  }
}

/** Brings records of several SIP threads into the log in the order of their time. `offset`: from the time of a thread to that of all. */
export function mergeEvents(threads: readonly (readonly RecordPiece[])[], offset: (worker: number) => number, log: EventLog): void {
  let cursors = threads.filter((pieces) => pieces.length > 0).map((pieces) => new Cursor(pieces, offset(pieces[0].worker)))
  for (cursors = cursors.filter(({ done }) => !done); cursors.length > 0; cursors = cursors.filter(({ done }) => !done)) {
    const [first, second] = cursors.toSorted((a, b) => a.time - b.time)
    first.give(log, cursors.length === 1 ? Infinity : second.time)
  }
}
