import { performance } from 'node:perf_hooks'
import process from 'node:process'

const WARM_UP = 1500
const BATCHES = 15
const BATCH = 150

/** Times `operation` alone in this process and prints `name nanoseconds`, the median of fifteen batches. */
export function measure(name: string, operation: () => void): void {
  const perBatch = warmUp(operation)
  const times: number[] = []
  for (let batch = 0; batch < BATCHES; batch++) {
    const start = performance.now()
    for (let i = 0; i < perBatch; i++) operation()
    times.push(((performance.now() - start) * 1e6) / perBatch)
  }
  process.stdout.write(`${name} ${times.toSorted((a, b) => a - b)[BATCHES >> 1].toFixed(1)}\n`)
}

/** Until the code is compiled; returns how many operations fill a batch. */
function warmUp(operation: () => void): number {
  const start = performance.now()
  let count = 0
  while (performance.now() - start < WARM_UP) {
    for (let i = 0; i < 50; i++) operation()
    count += 50
  }
  return Math.max(1, Math.round((count * BATCH) / WARM_UP))
}
