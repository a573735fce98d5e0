import { messageRingBytes } from './message-ring.ts'

/** Shared by the SIP threads of a process: a ring from each to each for mail and one for news. `rings[from][to]`. */
export interface CrossingMemory {
  readonly mail: readonly (readonly SharedArrayBuffer[])[]
  readonly news: readonly (readonly SharedArrayBuffer[])[]
  /** Per thread, u32: the news told to it so far. */
  readonly newsCounts: SharedArrayBuffer
  /** u32: how many have opened their sockets (inOrder). */
  readonly opened: SharedArrayBuffer
  /** Per thread, u32: the states of the doorbells. */
  readonly bells: SharedArrayBuffer
  /** Per core, i32: the thread that holds it (thread/core-hold.ts). */
  readonly cores: SharedArrayBuffer
}

/** All mail rings that lead to one thread together: some 5,000 messages, as many as its socket's buffer. */
const MAIL_BYTES = 1 << 22
/** The least that a ring must hold: several messages of the greatest size. */
const LEAST_BYTES = 1 << 18
/** What the largest REGISTER may tell, or a thousand others, while the other thread sleeps. */
const NEWS_BYTES = 1 << 19
/** That a process can tell apart: the set of sched_setaffinity. */
export const CORES = 1024

/** `mailBytes`: for all mail that leads to one thread. */
export function createCrossingMemory(workers: number, mailBytes = MAIL_BYTES): CrossingMemory {
  const share = 2 ** Math.floor(Math.log2(mailBytes / Math.max(1, workers - 1)))
  return {
    mail: rings(workers, Math.max(LEAST_BYTES, share)),
    news: rings(workers, NEWS_BYTES),
    newsCounts: new SharedArrayBuffer(workers * Int32Array.BYTES_PER_ELEMENT),
    opened: new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT),
    bells: new SharedArrayBuffer(workers * Int32Array.BYTES_PER_ELEMENT),
    cores: new SharedArrayBuffer(CORES * Int32Array.BYTES_PER_ELEMENT),
  }
}

/** Nobody writes to himself, but the numbers stay simple. */
function rings(workers: number, capacity: number): readonly (readonly SharedArrayBuffer[])[] {
  return Array.from({ length: workers }, (_from, from) =>
    Array.from({ length: workers }, (_to, to) => new SharedArrayBuffer(from === to ? 0 : messageRingBytes(capacity))),
  )
}
