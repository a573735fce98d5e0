import process from 'node:process'
import type { MessagePort } from 'node:worker_threads'

/** Asks a SIP thread to let go of its sockets and end at once. */
export interface HaltMessage {
  readonly type: 'halt'
}

/** Shared between the main thread and a SIP thread: becomes 1 when the SIP thread has let go of its sockets. */
export type EndFlag = Int32Array<SharedArrayBuffer>

/** The SIP thread's part. Its sockets are closed by an earlier `exit` listener (FfiPoll). */
export function announceEnd(flag: EndFlag, port: MessagePort): void {
  process.once('exit', () => {
    Atomics.store(flag, 0, 1)
    Atomics.notify(flag, 0)
  })
  port.on('message', (message: { readonly type?: string }) => {
    if (message.type === 'halt') process.exit()
  })
}
