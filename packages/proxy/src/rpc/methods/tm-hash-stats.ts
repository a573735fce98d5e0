import type { TmHashStats } from '@signalbox/contract'
import type { WorkerPool } from '../../control/worker-pool.ts'
import type { HashLoad, Spread } from '../../tm/hash-load.ts'
import { rpcMethod, type RpcMethod } from '../rpc-method.ts'

/** The tables of all SIP threads side by side, as one. */
export function tmHashStats(pool: WorkerPool): RpcMethod {
  return rpcMethod('tm.hash_stats', async () => {
    const loads = (await pool.callAll('tm.hash_stats')) as readonly HashLoad[]
    const current = loads.flatMap((load) => load.current)
    const ever = loads.flatMap((load) => load.ever)
    return { hash_size: bucketsIn(current), ...told('crt', current), ...told('acc', ever) }
  })
}

function bucketsIn(spread: Spread): number {
  return spread.reduce((sum, [, buckets]) => sum + buckets, 0)
}

function told(prefix: string, spread: Spread): TmHashStats {
  const transactions = spread.reduce((sum, [count, buckets]) => sum + count * buckets, 0)
  const target = Math.floor(transactions / Math.max(1, bucketsIn(spread)))
  const counts = spread.map(([count]) => count)
  const max = Math.max(0, ...counts)
  return {
    [`${prefix}_transactions`]: transactions,
    [`${prefix}_target_per_cell`]: target,
    [`${prefix}_min`]: counts.length === 0 ? 0 : Math.min(...counts),
    [`${prefix}_max`]: max,
    [`${prefix}_worst_case_extra_cells`]: max - target,
    [`${prefix}_no_zero_cells`]: bucketsIn(spread.filter(([count]) => count === 0)),
    [`${prefix}_no_deviating_cells`]: bucketsIn(spread.filter(([count]) => count !== target)),
    [`${prefix}_deviation_sq_sum`]: spread.reduce((sum, [count, buckets]) => sum + (count - target) ** 2 * buckets, 0),
  }
}
