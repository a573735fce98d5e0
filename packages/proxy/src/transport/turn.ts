/** Something that collects output during a turn and hands it to the kernel once. */
export interface Flushable {
  flush(): void
}

/**
 * One turn of the SIP thread: whatever a batch of datagrams, a stream chunk, a timer or a command makes the engine send is
 * collected and handed to the kernel once, at the end. Everything that runs the engine is bracketed by begin() and end();
 * what is queued outside of that is flushed at the end of the tick.
 */
export class Turn {
  readonly #beforeFlush: () => void
  readonly #afterFlush: () => void
  /** The first `#count` count: an array that is emptied would have to grow again every time. */
  readonly #pending: Flushable[] = []
  #count = 0
  #depth = 0
  #scheduled = false

  /** `beforeFlush` is the place to fire timers that became due, `afterFlush` to wait for the next one. */
  constructor(beforeFlush: () => void = () => undefined, afterFlush: () => void = () => undefined) {
    this.#beforeFlush = beforeFlush
    this.#afterFlush = afterFlush
  }

  begin(): void {
    this.#depth++
  }

  end(): void {
    try {
      if (this.#depth > 1) return
      this.#beforeFlush()
      this.#flush()
      this.#afterFlush()
    } finally {
      this.#depth--
    }
  }

  /** Runs `action` as a turn, or as part of the one that runs. */
  run(action: () => void): void {
    this.begin()
    try {
      action()
    } finally {
      this.end()
    }
  }

  /** Asks for one flush of `item`; the item remembers that it is in the list until then. */
  add(item: Flushable): void {
    this.#pending[this.#count++] = item
    if (this.#depth > 0 || this.#scheduled) return
    this.#scheduled = true
    setImmediate(this.#tick)
  }

  /** What is flushed may queue again (a failed send makes the engine answer): it joins this same flush. */
  #flush(): void {
    for (let i = 0; i < this.#count; i++) this.#pending[i].flush()
    this.#count = 0
  }

  readonly #tick = (): void => {
    this.#scheduled = false
    this.run(() => undefined)
  }
}
