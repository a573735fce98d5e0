import { octetHash, type SipMessage } from '@signalbox/sip'
import type { TimerWheel } from '../clock/timer-wheel.ts'
import { Cell, type CellTimers } from './cell.ts'

export const BUCKETS = 1 << 16

const LAST_LABEL = 0xffff_ffff

/** Bucket of a transaction (tindex): a hash of Call-ID and CSeq number, so that CANCEL and ACK meet their INVITE (tm-reference 1). */
export function bucketOf(message: SipMessage): number {
  return bucket(message.callIdHash, message.cseq)
}

/** The same by a Call-ID that stands alone. */
export function bucketOfCallId(callId: Uint8Array, cseq: number): number {
  return bucket(octetHash(callId, 0, callId.length), cseq)
}

function bucket(callIdHash: number, cseq: number): number {
  const hash = Math.imul(callIdHash ^ cseq, 0x01000193)
  return (hash ^ (hash >>> 15)) & (BUCKETS - 1)
}

/** The SIP thread whose transaction has this label. */
export function ownerOfLabel(label: number, workers: number): number {
  return label % workers
}

/** Where labels come from. */
export interface LabelSource {
  /** Numbers in [0, 1). */
  readonly random: () => number
  /** Number of this SIP thread, and how many there are. */
  readonly worker: number
  readonly workers: number
}

/** All live transactions: chained buckets for requests, slots for whatever carries our own branch. */
export class CellTable {
  readonly #buckets: (Cell | null)[] = new Array<Cell | null>(BUCKETS).fill(null)
  readonly #labels = new Uint32Array(BUCKETS)
  /** The labels at the start: what a bucket has seen is the difference. */
  readonly #firstLabels: Uint32Array
  readonly #slots: Cell[] = []
  readonly #free: Cell[] = []
  readonly #timers: CellTimers
  readonly #wheel: TimerWheel
  readonly #worker: number
  readonly #workers: number
  #live = 0

  /** `random` gives numbers in [0, 1): labels start there. Of several SIP threads, each has labels that no other has (ownerOfLabel). */
  constructor(timers: CellTimers, wheel: TimerWheel, { random, worker, workers }: LabelSource) {
    this.#timers = timers
    this.#wheel = wheel
    this.#worker = worker
    this.#workers = workers
    for (let i = 0; i < BUCKETS; i++) this.#labels[i] = Math.floor((random() * 0x8000_0000) / workers) * workers + worker
    this.#firstLabels = this.#labels.slice()
  }

  get live(): number {
    return this.#live
  }

  /** A fresh cell in bucket `index`. */
  insert(index: number): Cell {
    const cell = this.#free.pop() ?? this.#create()
    cell.reset()
    cell.index = index
    cell.label = this.#nextLabel(index)
    const head = this.#buckets[index]
    cell.previousInBucket = null
    cell.nextInBucket = head
    if (head !== null) head.previousInBucket = cell
    this.#buckets[index] = cell
    this.#live++
    return cell
  }

  remove(cell: Cell): void {
    const { nextInBucket: next, previousInBucket: previous } = cell
    if (previous === null) this.#buckets[cell.index] = next
    else previous.nextInBucket = next
    if (next !== null) next.previousInBucket = previous
    cell.nextInBucket = null
    cell.previousInBucket = null
    cell.label = 0
    this.#live--
    this.#free.push(cell)
  }

  /** First cell of a bucket; follow `nextInBucket`. */
  first(index: number): Cell | null {
    return this.#buckets[index]
  }

  find(index: number, label: number): Cell | null {
    if (index < 0 || index >= BUCKETS) return null
    let cell = this.#buckets[index]
    while (cell !== null && cell.label !== label) cell = cell.nextInBucket
    return cell
  }

  /** The cell of a slot if it still is the one with that label. */
  at(slot: number, label: number): Cell | null {
    const cell = this.#slots[slot]
    return cell !== undefined && cell.label === label && label !== 0 ? cell : null
  }

  /** Every live cell, in slot order. */
  *cells(): Generator<Cell> {
    for (const cell of this.#slots) if (cell.label !== 0) yield cell
  }

  /** Transactions in bucket `index` now. */
  liveIn(index: number): number {
    let count = 0
    for (let cell = this.#buckets[index]; cell !== null; cell = cell.nextInBucket) count++
    return count
  }

  /** Transactions that were ever in bucket `index`, modulo 2^32. */
  everIn(index: number): number {
    return Math.floor(((this.#labels[index] - this.#firstLabels[index]) >>> 0) / this.#workers)
  }

  #create(): Cell {
    const cell = new Cell(this.#slots.length, this.#timers, this.#wheel)
    this.#slots.push(cell)
    return cell
  }

  /** Label 0 means "no transaction", so it is skipped. */
  #nextLabel(index: number): number {
    const label = this.#labels[index] + this.#workers
    this.#labels[index] = label > LAST_LABEL ? this.#worker + this.#workers : label
    return this.#labels[index]
  }
}
