import { BUCKETS } from './cell-table.ts'
import type { TransactionCore } from './transaction-core.ts'

/** How many buckets hold how many transactions: [transactions, buckets][]. */
export type Spread = readonly (readonly [transactions: number, buckets: number])[]

/** tm.hash_stats: the spread of transactions over the buckets, of those there are and of all there ever were. */
export interface HashLoad {
  readonly current: Spread
  readonly ever: Spread
}

export function hashLoad({ table }: TransactionCore): HashLoad {
  return { current: spread((index) => table.liveIn(index)), ever: spread((index) => table.everIn(index)) }
}

function spread(countIn: (index: number) => number): Spread {
  const buckets = new Map<number, number>()
  for (let index = 0; index < BUCKETS; index++) {
    const count = countIn(index)
    buckets.set(count, (buckets.get(count) ?? 0) + 1)
  }
  return [...buckets]
}
