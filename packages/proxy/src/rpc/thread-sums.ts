import type { NamedCounters } from '@signalbox/contract'
import { ControlFault } from '../control/control-fault.ts'
import type { WorkerPool } from '../control/worker-pool.ts'

/** Numbers by name, added up over the SIP threads. */
export async function sumOfThreads(pool: WorkerPool, method: string, params: readonly unknown[]): Promise<NamedCounters> {
  const sums: Record<string, number> = {}
  for (const counters of (await pool.callAll(method, params)) as readonly NamedCounters[]) {
    for (const [name, value] of Object.entries(counters)) sums[name] = (sums[name] ?? 0) + value
  }
  return sums
}

interface Choice {
  /** One name in any case, or `all`. */
  readonly name: unknown
  /** 1: set to 0 after reading. */
  readonly reset: unknown
  /** Text of the fault for another name. */
  readonly unknown: string
}

/** The counters that a stats_get method was asked for. */
export async function chosenCounters(pool: WorkerPool, method: string, choice: Choice): Promise<NamedCounters> {
  const wanted = typeof choice.name === 'string' ? choice.name.toLowerCase() : 'all'
  const sums = await sumOfThreads(pool, method, [Number(choice.reset ?? 0)])
  if (wanted === 'all') return sums
  if (!Object.hasOwn(sums, wanted)) throw new ControlFault({ code: 500, message: choice.unknown })
  return { [wanted]: sums[wanted] }
}
