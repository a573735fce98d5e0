import type { SocketLink } from '../src/hub/backpressure.ts'

interface SentMessage {
  readonly op: string
  readonly topic?: string
  readonly seq?: number
  readonly reset?: boolean
  readonly count?: number
  readonly data?: unknown
}

/** A socket whose network the test drives: bytes stay until drain(). */
export class FakeSocket implements SocketLink {
  bufferedAmount = 0
  terminated = false
  stuck = false
  readonly frames: Uint8Array[] = []
  #flushed: (() => void)[] = []

  send(bytes: Uint8Array, flushed: () => void): void {
    this.frames.push(bytes)
    this.bufferedAmount += bytes.length
    this.#flushed.push(flushed)
    if (!this.stuck) this.drain()
  }

  drain(): void {
    this.bufferedAmount = 0
    const flushed = this.#flushed
    this.#flushed = []
    for (const done of flushed) done()
  }

  terminate(): void {
    this.terminated = true
  }

  get messages(): SentMessage[] {
    return this.frames.map((frame) => JSON.parse(new TextDecoder().decode(frame)) as SentMessage)
  }

  /** Messages since the last call. */
  take(): SentMessage[] {
    const messages = this.messages
    this.frames.length = 0
    return messages
  }
}
