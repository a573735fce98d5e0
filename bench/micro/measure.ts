import process from 'node:process'
import { getHeapStatistics } from 'node:v8'

const WARM_UP = 1500
/** `node bench/micro/call.ts 100` runs long enough for a profiler to see little else. */
const BATCHES = Number(process.argv[2] ?? 15)
const BATCH = 150

/**
 * Runs `operation` alone in this process and prints `name nanoseconds bytes`, nanoseconds the median of all batches. Nanoseconds of
 * CPU, those of the garbage collector's threads included: what others do on the machine counts less than in time on the clock.
 * Bytes are what one operation leaves to the garbage collector.
 */
export function measure(name: string, operation: () => void): void {
  const perBatch = warmUp(operation)
  const times: number[] = []
  const allocated = allocatedBytes()
  for (let batch = 0; batch < BATCHES; batch++) {
    const start = cpuMilliseconds()
    for (let i = 0; i < perBatch; i++) operation()
    times.push(((cpuMilliseconds() - start) * 1e6) / perBatch)
  }
  const bytes = (allocatedBytes() - allocated) / (BATCHES * perBatch)
  process.stdout.write(`${name} ${times.toSorted((a, b) => a - b)[BATCHES >> 1].toFixed(1)} ${bytes.toFixed(1)}\n`)
}

function allocatedBytes(): number {
  return getHeapStatistics().total_allocated_bytes
}

/** Until the code is compiled; returns how many operations fill a batch. */
function warmUp(operation: () => void): number {
  const start = cpuMilliseconds()
  let count = 0
  while (cpuMilliseconds() - start < WARM_UP) {
    for (let i = 0; i < 50; i++) operation()
    count += 50
  }
  return Math.max(1, Math.round((count * BATCH) / WARM_UP))
}

function cpuMilliseconds(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}
