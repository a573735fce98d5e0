import process from 'node:process'
import { Worker } from 'node:worker_threads'
import type { WorkerStart } from '../control/worker-messages.ts'
import type { EndFlag, HaltMessage } from './sip-thread-end.ts'

/** `workerData` of sip-worker.ts. */
export interface SipThreadData {
  readonly start: WorkerStart
  readonly ended: EndFlag
}

/**
 * Megabytes for new objects. What a transaction leaves behind is collected in passing; the 48 that V8 would take fill with transactions
 * that live for seconds anyway, and cost memory without saving time.
 */
const YOUNG_GENERATION = 6

/** Milliseconds that the end of the process may wait for SIP threads that are busy. */
const PATIENCE = 1000

const running = new Map<Worker, EndFlag>()

/**
 * Starts a SIP thread. Whenever the process ends while the thread runs (process.exit, an uncaught exception), the thread gets
 * the chance to close its sockets first: node aborts the process when a thread is torn down while libuv polls one of them.
 */
export function spawnSipThread(start: WorkerStart): Worker {
  const ended: EndFlag = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT))
  const workerData: SipThreadData = { start, ended }
  const worker = new Worker(new URL('../sip-worker.ts', import.meta.url), {
    workerData,
    name: `sip-${start.worker}`,
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION },
  })
  if (running.size === 0) process.once('exit', haltAll)
  running.set(worker, ended)
  worker.once('exit', () => {
    running.delete(worker)
    if (running.size === 0) process.off('exit', haltAll)
  })
  return worker
}

function haltAll(): void {
  for (const worker of running.keys()) worker.postMessage({ type: 'halt' } satisfies HaltMessage)
  const end = performance.now() + PATIENCE
  for (const ended of running.values()) Atomics.wait(ended, 0, 0, Math.max(0, end - performance.now()))
}
