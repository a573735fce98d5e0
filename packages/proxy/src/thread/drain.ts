import { Counter } from '../metrics/counter-layout.ts'
import type { Receiver } from '../receive.ts'

const STEP = 20

/** Transactions that still have something to do; those that only wait for stray retransmissions do not count. */
function busyTransactions(counters: Float64Array): number {
  return counters[Counter.tmTotal] - counters[Counter.tmDeleted] - counters[Counter.tmWaiting]
}

/** Refuses new transactions; resolves with how many run still when all have ended or `limit` ms are over. */
export function drain(receiver: Receiver, counters: Float64Array, pending: () => number, limit: number): Promise<number> {
  receiver.draining = true
  const left = (): number => busyTransactions(counters) + pending()
  const end = performance.now() + limit
  return new Promise((done) => {
    const look = (): void => {
      if (left() <= 0 || performance.now() >= end) done(Math.max(0, left()))
      else setTimeout(look, STEP)
    }
    look()
  })
}
