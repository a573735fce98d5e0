import type { Socket } from 'node:net'
import process from 'node:process'
import { faults } from '@signalbox/contract'
import { createJSONRPCErrorResponse } from 'json-rpc-2.0'
import type { Dispatcher } from './dispatcher.ts'
import { LineSplitter } from './line-splitter.ts'
import type { Subscriber } from './subscriptions.ts'

const LINE_BYTES = 1 << 20
/** Requests being worked on, and unsent bytes, beyond which no more are read. */
const BUSY_REQUESTS = 256
const BUSY_BYTES = 8 << 20
/** A peer that leaves so much unread is cut off: answers are not dropped as notifications are. */
const DEAD_BYTES = 64 << 20

/** One peer on the control socket: requests in, answers and notifications out, one JSON document a line. */
export class RpcConnection implements Subscriber {
  readonly #socket: Socket
  readonly #dispatcher: Dispatcher
  #running = 0

  constructor(socket: Socket, dispatcher: Dispatcher) {
    this.#socket = socket
    this.#dispatcher = dispatcher
    const lines = new LineSplitter(LINE_BYTES, (line) => void this.#answer(line))
    socket.on('data', (chunk: Buffer) => {
      if (!lines.push(chunk)) this.#refuseLine()
    })
    socket.on('drain', () => this.#readOn())
    // What went wrong does not matter here: 'close' follows.
    socket.on('error', () => undefined)
  }

  send(text: string): void {
    if (!this.#socket.writable) return
    this.#gather()
    this.#socket.write(`${text}\n`)
    if (this.#socket.writableLength > DEAD_BYTES) this.#socket.destroy()
  }

  backlog(): number {
    return this.#socket.writableLength
  }

  close(): void {
    this.#socket.destroySoon()
  }

  /** What is said in one go leaves in one piece: the peer wakes once. */
  #gather(): void {
    if (this.#socket.writableCorked > 0) return
    this.#socket.cork()
    process.nextTick(() => this.#socket.uncork())
  }

  async #answer(line: string): Promise<void> {
    this.#running++
    if (this.#busy()) this.#socket.pause()
    const answer = await this.#dispatcher.receive(line, { subscriber: this })
    this.#running--
    if (answer !== null) this.send(JSON.stringify(answer))
    this.#readOn()
  }

  #busy(): boolean {
    return this.#running > BUSY_REQUESTS || this.#socket.writableLength > BUSY_BYTES
  }

  #readOn(): void {
    if (this.#socket.isPaused() && !this.#busy()) this.#socket.resume()
  }

  #refuseLine(): void {
    const message = `${faults.invalidRequest.message}: a line has at most ${LINE_BYTES} bytes`
    this.#socket.removeAllListeners('data')
    this.send(JSON.stringify(createJSONRPCErrorResponse(null, faults.invalidRequest.code, message)))
    this.#socket.destroySoon()
  }
}
