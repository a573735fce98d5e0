import { Counter } from '../metrics/counter-layout.ts'
import type { Receiver } from '../receive.ts'

const STEP = 20

/** After the last answer the ACK to it must still be carried (RFC 3261 13.2.2.4): it may take a round trip, T1. */
const SETTLE = 500

/** Transactions that still have something to do; those that only wait for stray retransmissions do not count. */
function busyTransactions(counters: Float64Array): number {
  return counters[Counter.tmTotal] - counters[Counter.tmDeleted] - counters[Counter.tmWaiting]
}

/** Refuses new transactions; resolves with how many run still when all have ended or `limit` ms are over. */
export function drain(receiver: Receiver, counters: Float64Array, pending: () => number, limit: number): Promise<number> {
  receiver.draining = true
  const left = (): number => busyTransactions(counters) + pending()
  const end = performance.now() + limit
  let settled = performance.now()
  return new Promise((done) => {
    const look = (): void => {
      const now = performance.now()
      if (left() > 0) settled = now + SETTLE
      if (now >= settled || now >= end) done(Math.max(0, left()))
      else setTimeout(look, STEP)
    }
    look()
  })
}
