/** Asks a SIP thread to let go of its sockets and end; `done` becomes 1 when it has. */
export interface HaltMessage {
  readonly type: 'halt'
  readonly done: Int32Array<SharedArrayBuffer>
}

export interface Haltable {
  postMessage(message: HaltMessage): void
}

const PATIENCE = 1000

/**
 * Ends a SIP thread from an `exit` listener of the main thread, where nothing asynchronous happens any more: a thread that is
 * torn down with its sockets still polled by libuv aborts the process. Not for a thread that has ended: that one never answers.
 */
export function haltSipThread(thread: Haltable): void {
  const done = new Int32Array(new SharedArrayBuffer(4))
  thread.postMessage({ type: 'halt', done })
  Atomics.wait(done, 0, 0, PATIENCE)
}

/** The thread's part: runs `action`, which must release everything before it returns, and tells the waiting main thread. */
export function halted(message: HaltMessage, action: () => void): void {
  action()
  Atomics.store(message.done, 0, 1)
  Atomics.notify(message.done, 0)
}
