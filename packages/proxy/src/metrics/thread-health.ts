import { constants, monitorEventLoopDelay, PerformanceObserver } from 'node:perf_hooks'
import { getHeapStatistics } from 'node:v8'
import type { ThreadHealth } from '../control/worker-messages.ts'

const GC_KINDS: Readonly<Record<number, string>> = {
  [constants.NODE_PERFORMANCE_GC_MINOR]: 'minor',
  [constants.NODE_PERFORMANCE_GC_MAJOR]: 'major',
  [constants.NODE_PERFORMANCE_GC_INCREMENTAL]: 'incremental',
  [constants.NODE_PERFORMANCE_GC_WEAKCB]: 'weak-callbacks',
}

type GcEntry = PerformanceEntry & { readonly detail?: { readonly kind?: number } }

/** Event-loop delay, heap and garbage collection of the thread that makes this. */
export class ThreadHealthMonitor {
  // Sampled once a loop iteration: a sampling timer would wake an idle thread again and again.
  readonly #loop = monitorEventLoopDelay({ samplePerIteration: true })
  readonly #gc: Record<string, { count: number; seconds: number }> = {}
  #gcMax = 0
  readonly #observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) this.#countPause(entry)
  })

  start(): void {
    this.#loop.enable()
    this.#observer.observe({ entryTypes: ['gc'] })
  }

  stop(): void {
    this.#loop.disable()
    this.#observer.disconnect()
  }

  /** Loop delays and the longest collection since the last call, heap now, collections since the start; nothing of cores. */
  take(): ThreadHealth {
    const loop = this.#loop
    const sampled = loop.count > 0
    const heap = getHeapStatistics()
    const health: ThreadHealth = {
      loopDelayP50: sampled ? loop.percentile(50) / 1e9 : 0,
      loopDelayP99: sampled ? loop.percentile(99) / 1e9 : 0,
      loopDelayP999: sampled ? loop.percentile(99.9) / 1e9 : 0,
      loopDelayMax: sampled ? loop.max / 1e9 : 0,
      heapUsed: heap.used_heap_size,
      heapTotal: heap.total_heap_size,
      gcMax: this.#gcMax,
      gc: structuredClone(this.#gc),
      waited: null,
      core: null,
    }
    loop.reset()
    this.#gcMax = 0
    return health
  }

  #countPause(entry: PerformanceEntry): void {
    const kind = GC_KINDS[(entry as GcEntry).detail?.kind ?? -1] ?? 'other'
    const counted = (this.#gc[kind] ??= { count: 0, seconds: 0 })
    counted.count++
    counted.seconds += entry.duration / 1000
    this.#gcMax = Math.max(this.#gcMax, entry.duration / 1000)
  }
}
