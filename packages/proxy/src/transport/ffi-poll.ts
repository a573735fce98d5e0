import process from 'node:process'
import type { Libc } from './ffi-libc.ts'

const UV_POLL = 8

/** Polls that are open in this thread. */
const open = new Set<FfiPoll>()
/** Memory of handles that libuv is still closing. */
const closing = new Set<ArrayBuffer>()
let guarded = false

/**
 * A uv_poll_t on this thread's loop. libuv aborts the process when a loop ends with an open handle, so all of them are closed
 * when the thread exits in order; worker.terminate() gives no such chance and must not be used on a thread that has one.
 */
export class FfiPoll {
  readonly #libc: Libc
  readonly #memory: ArrayBuffer
  readonly #handle: bigint
  readonly #callback: bigint
  #open = true

  /** `ready` gets a negative status (an errno) or the events. It runs outside of node's own callbacks and must not throw. */
  constructor(libc: Libc, fd: number, ready: (status: number, events: number) => void) {
    this.#libc = libc
    this.#memory = new ArrayBuffer(Math.max(Number(libc.calls.uv_handle_size(UV_POLL)), 128))
    this.#handle = libc.pointer(this.#memory)
    const status = libc.calls.uv_poll_init(libc.loop, this.#handle, fd)
    if (status < 0) throw Object.assign(new Error('uv_poll_init'), { errno: status, code: 'EIO' })
    this.#callback = libc.pollCallback((_handle, pollStatus, events) => ready(pollStatus, events))
    open.add(this)
    guard()
  }

  start(events: number): void {
    if (this.#open) this.#libc.calls.uv_poll_start(this.#handle, events, this.#callback)
  }

  stop(): void {
    if (this.#open) this.#libc.calls.uv_poll_stop(this.#handle)
  }

  /** Before the descriptor is closed. libuv finishes in its next turn: the memory stays until then. */
  close(): void {
    if (!this.#open) return
    this.#open = false
    open.delete(this)
    closing.add(this.#memory)
    this.#libc.calls.uv_poll_stop(this.#handle)
    this.#libc.calls.uv_close(this.#handle, 0n)
    setImmediate(() =>
      setImmediate(() => {
        closing.delete(this.#memory)
        this.#libc.releaseCallback(this.#callback)
      }),
    )
  }
}

function guard(): void {
  if (guarded) return
  guarded = true
  // First of all listeners: those of others may tell the main thread that it can go on.
  process.prependOnceListener('exit', () => {
    for (const poll of open) poll.close()
  })
}
