import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { expect, it, onTestFinished } from 'vitest'
import { Doorbell } from './doorbell.ts'
import { MessageRingReader, messageRingBytes } from './message-ring.ts'

const RECORDS = 200_000
/** Small, so that it is often full and wraps all the time. */
const CAPACITY = 4096

/** Writes RECORDS numbered records of odd lengths in bursts, and rings after each burst, like the end of a turn. */
function writerOf(memory: SharedArrayBuffer, states: SharedArrayBuffer): Worker {
  const at = (name: string): string => JSON.stringify(new URL(name, import.meta.url).href)
  const program = `
    import { workerData } from 'node:worker_threads'
    import { Doorbell } from ${at('doorbell.ts')}
    import { MessageRingWriter } from ${at('message-ring.ts')}
    const ring = new MessageRingWriter(workerData.memory)
    const bell = new Doorbell(workerData.states, 1, () => undefined)
    let written = 0
    const turn = () => {
      for (let left = 1 + (written * 7919) % 23; left > 0 && written < ${RECORDS}; left--) {
        const length = 4 + (written * 31) % 200
        const start = ring.reserve(1, length)
        if (start < 0) break
        ring.view.setUint32(start, written++, true)
        ring.bytes.fill(written & 255, start + 4, start + length)
        ring.publish()
      }
      bell.ring(0)
      if (written < ${RECORDS}) setImmediate(turn)
    }
    turn()`
  return new Worker(new URL(`data:text/javascript,${encodeURIComponent(program)}`), { workerData: { memory, states } })
}

it('hand over between threads that write, read, sleep and ring at the same time: nothing is lost, repeated or changed', async () => {
  const memory = new SharedArrayBuffer(messageRingBytes(CAPACITY))
  const states = new SharedArrayBuffer(8)
  const reader = new MessageRingReader(memory)
  let read = 0
  let rings = 0
  let wrong = -1
  const all = new Promise<void>((done) => {
    const takeAll = (): void => {
      bell.wake()
      while (reader.next()) {
        const { start, end } = reader
        const whole =
          end - start === 4 + ((read * 31) % 200) && reader.bytes.subarray(start + 4, end).every((octet) => octet === ((read + 1) & 255))
        if (wrong < 0 && (reader.view.getUint32(start, true) !== read || !whole)) wrong = read
        read++
        reader.release()
      }
      if (read === RECORDS) return done()
      // As at the end of a turn; nobody but the bell wakes this thread.
      bell.sleep()
      if (!reader.empty) takeSoon()
    }
    const takeSoon = (): void => void setImmediate(takeAll)
    const bell = new Doorbell(states, 0, () => {
      rings++
      takeAll()
    })
    takeAll()
  })
  const writer = writerOf(memory, states)
  onTestFinished(async () => void (await writer.terminate()))
  const keepAlive = setInterval(() => undefined, 1000)
  await Promise.race([all, once(writer, 'error').then(([error]) => Promise.reject(error as Error))])
  clearInterval(keepAlive)
  expect(wrong).toBe(-1)
  expect(read).toBe(RECORDS)
  expect(rings).toBeGreaterThan(10)
}, 60_000)
