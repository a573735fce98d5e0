import { readFileSync } from 'node:fs'
import type { Libc } from '../transport/ffi-libc.ts'
import { CORES } from '../crossing/crossing-memory.ts'
import type { CoreScheduler } from './core-hold.ts'

const SCHED_OTHER = 0
const SCHED_BATCH = 3
const SET_BYTES = CORES / 8
/** Of the calling thread: time on a core, time ready without one (both ns), runs. */
const STATISTICS = '/proc/thread-self/schedstat'

/** Linux's scheduler for the thread that makes this. Null where its statistics cannot be read. */
export function linuxScheduler(libc: Libc): CoreScheduler | null {
  try {
    readFileSync(STATISTICS)
  } catch {
    return null
  }
  return new LinuxScheduler(libc)
}

/**
 * The calling thread no longer interrupts whoever runs when a datagram wakes it (SCHED_BATCH): it comes when the core is free, and finds
 * more datagrams at once. A thread to which the operator has given another policy (`chrt`) keeps it.
 */
export function runInBatches(libc: Libc): void {
  if (libc.calls.sched_getscheduler(0) !== SCHED_OTHER) return
  libc.calls.sched_setscheduler(0, SCHED_BATCH, libc.pointer(new ArrayBuffer(Int32Array.BYTES_PER_ELEMENT)))
}

class LinuxScheduler implements CoreScheduler {
  readonly #libc: Libc
  readonly #allowed = new Uint8Array(new ArrayBuffer(SET_BYTES))
  readonly #one = new Uint8Array(new ArrayBuffer(SET_BYTES))

  constructor(libc: Libc) {
    this.#libc = libc
    libc.calls.sched_getaffinity(0, BigInt(SET_BYTES), libc.pointer(this.#allowed.buffer))
  }

  current(): number {
    return this.#libc.calls.sched_getcpu()
  }

  hold(core: number): boolean {
    this.#one.fill(0)
    this.#one[core >> 3] = 1 << (core & 7)
    return this.#set(this.#one)
  }

  release(): void {
    this.#set(this.#allowed)
  }

  waits(): { readonly runs: number; readonly ms: number } {
    const [, ns, runs] = readFileSync(STATISTICS, 'latin1').split(' ')
    return { runs: Number(runs), ms: Number(ns) / 1e6 }
  }

  #set(cores: Uint8Array<ArrayBuffer>): boolean {
    return this.#libc.calls.sched_setaffinity(0, BigInt(SET_BYTES), this.#libc.pointer(cores.buffer)) === 0
  }
}
