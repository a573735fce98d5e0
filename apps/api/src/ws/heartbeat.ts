import type { CancelTimer, Timers } from '../timers.ts'

/** What the heartbeat needs of a WebSocket. */
export interface PingableSocket {
  ping(): void
  terminate(): void
}

/** A peer that vanished without a word is found by pings (RFC 6455 5.5.2): one unanswered for a whole period ends the socket. */
export class Heartbeat {
  readonly #cancel: CancelTimer
  #answered = true

  constructor(socket: PingableSocket, timers: Timers, periodMs: number) {
    this.#cancel = timers.every(periodMs, () => {
      if (!this.#answered) {
        socket.terminate()
        return
      }
      this.#answered = false
      socket.ping()
    })
  }

  /** A pong or any other sign of life. */
  alive(): void {
    this.#answered = true
  }

  stop(): void {
    this.#cancel()
  }
}
