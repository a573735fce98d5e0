import type { RoutedMessage } from '../forward/routed-message.ts'

/** Thrown by KSR.x.exit and KSR.x.drop: made once, carries nothing. */
class ScriptExit extends Error {
  override readonly name = 'ScriptExit'
}

const EXIT = new ScriptExit('the script has ended (KSR.x.exit)')

/**
 * What the running route works on. KSR functions are made once and ask here for the message; route calls nest
 * (t_relay in a request route runs the branch route).
 */
export class ScriptScope {
  #message: RoutedMessage | null = null
  #exiting = false
  /** Counts the messages the script has been called for, so that parsed values can be kept for one of them. */
  serial = 0
  /** Address that fix_nated_register wants stored with the bindings, '' none. */
  received = ''

  /** The message at hand. Throws when there is none, and ends the script again if it went on after KSR.x.exit(). */
  current(): RoutedMessage {
    // An exit may not be swallowed by a `catch` that was meant for something else (script-reference 3.4).
    if (this.#exiting) throw EXIT
    if (this.#message === null) throw new Error('this function needs a message: it may only be called from a route')
    return this.#message
  }

  get running(): boolean {
    return this.#message !== null
  }

  exit(): never {
    this.#exiting = true
    throw EXIT
  }

  /** Runs one route on `m`. Whatever it throws, except for its exit, comes out. */
  run(route: () => unknown, m: RoutedMessage): void {
    const outer = this.#message
    const outerExiting = this.#exiting
    this.#message = m
    this.#exiting = false
    try {
      route()
    } catch (error) {
      if (!this.#exiting) throw error
    } finally {
      this.#message = outer
      this.#exiting = outerExiting
    }
  }
}
