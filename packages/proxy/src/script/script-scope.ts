import type { RoutedMessage } from '../forward/routed-message.ts'
import type { Destination } from '../transport/transport.ts'

/** Thrown by KSR.x.exit and KSR.x.drop: made once, carries nothing. */
class ScriptExit extends Error {
  override readonly name = 'ScriptExit'
}

const EXIT = new ScriptExit('the script has ended (KSR.x.exit)')

/** Where code that runs after an `await` finds its message, and how it ends. */
export interface Continuations {
  /** One of them is at work. */
  readonly running: boolean
  /** The message of the continuation that runs, null when none does. Throws `exit` when that one is over. */
  message(exit: Error): RoutedMessage | null
  /** The continuation that runs has called KSR.x.exit(). */
  exit(): void
}

/**
 * What the running route works on. KSR functions are made once and ask here for the message; route calls nest
 * (t_relay in a request route runs the branch route).
 */
export class ScriptScope {
  #message: RoutedMessage | null = null
  #exiting = false
  #continuations: Continuations | null = null
  /** Counts the messages the script has been called for, so that parsed values can be kept for one of them. */
  serial = 0
  /** Address that fix_nated_register wants stored with the bindings, '' none. */
  received = ''
  /** Where the message goes, while ksr_onsend_route looks at it. */
  sentTo: Destination | null = null

  /** Who answers while no route runs synchronously. */
  attach(continuations: Continuations): void {
    this.#continuations = continuations
  }

  /** The message at hand. Throws when there is none, and ends the script again if it went on after KSR.x.exit(). */
  current(): RoutedMessage {
    // An exit may not be swallowed by a `catch` that was meant for something else (script-reference 3.4).
    if (this.#exiting) throw EXIT
    return this.#message ?? this.#continued()
  }

  #continued(): RoutedMessage {
    const m = this.#continuations?.message(EXIT) ?? null
    if (m === null) throw new Error('this function needs a message: it may only be called from a route')
    return m
  }

  get running(): boolean {
    return this.#message !== null || (this.#continuations?.running ?? false)
  }

  exit(): never {
    if (this.#message === null) this.#continuations?.exit()
    else this.#exiting = true
    throw EXIT
  }

  /** Runs one route on `m` and gives what it returns. Whatever it throws, except for its exit, comes out. */
  run(route: (event?: string) => unknown, m: RoutedMessage, event?: string): unknown {
    const outer = this.#message
    const outerExiting = this.#exiting
    this.#message = m
    this.#exiting = false
    try {
      return route(event)
    } catch (error) {
      if (!this.#exiting) throw error
      return undefined
    } finally {
      this.#message = outer
      this.#exiting = outerExiting
    }
  }

  /** Reads something of another message; its parts are parsed anew, and so are ours afterwards. */
  borrow<T>(m: RoutedMessage, read: () => T): T {
    const outer = this.#message
    this.#message = m
    this.serial++
    try {
      return read()
    } finally {
      this.#message = outer
      this.serial++
    }
  }

  /** Runs code that has its message from the continuations. */
  runDetached(work: () => void): void {
    const outer = this.#message
    const outerExiting = this.#exiting
    this.#message = null
    this.#exiting = false
    try {
      work()
    } finally {
      this.#message = outer
      this.#exiting = outerExiting
    }
  }
}
