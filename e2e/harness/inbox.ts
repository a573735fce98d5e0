import type { RawMessage } from './raw-message.ts'
import { waitUntil } from './wait-until.ts'

export interface Incoming {
  readonly message: RawMessage
  readonly remoteHost: string
  readonly remotePort: number
  /** Milliseconds of the monotonic clock. */
  readonly at: number
  /** Sends back to where the message came from, on the same connection for TCP. */
  readonly answer: (text: string) => void
}

export type Wanted = (message: RawMessage) => boolean

/** What a raw port received. Messages stay until a test takes them; `all` keeps every one in order of arrival. */
export class Inbox {
  readonly owner: string
  readonly all: Incoming[] = []
  readonly #waiting: Incoming[] = []
  #reaction: ((incoming: Incoming) => boolean) | null = null

  constructor(owner: string) {
    this.owner = owner
  }

  /** The reaction sees each message first; it returns true for a message that no test needs to take. */
  react(reaction: ((incoming: Incoming) => boolean) | null): void {
    this.#reaction = reaction
  }

  put(incoming: Incoming): void {
    this.all.push(incoming)
    if (this.#reaction?.(incoming) !== true) this.#waiting.push(incoming)
  }

  /** Takes the first message that fits, waiting for it when it has not come yet. */
  async take(what: string, wanted: Wanted, timeoutMs = 20_000): Promise<Incoming> {
    try {
      return await waitUntil(what, () => this.#pick(wanted), timeoutMs, 2)
    } catch (problem) {
      const seen = this.all.map((incoming) => `  ${incoming.message.startLine}`).join('\n')
      throw new Error(`${this.owner}: no ${what} within ${timeoutMs} ms; received so far:\n${seen}`, { cause: problem })
    }
  }

  /** How many fitting messages wait untaken. */
  count(wanted: Wanted): number {
    return this.#waiting.filter((incoming) => wanted(incoming.message)).length
  }

  /** Forgets what waits untaken. */
  drop(): void {
    this.#waiting.length = 0
  }

  #pick(wanted: Wanted): Incoming | undefined {
    const index = this.#waiting.findIndex((incoming) => wanted(incoming.message))
    return index === -1 ? undefined : this.#waiting.splice(index, 1)[0]
  }
}
