/** Repeats `action` every `ms` milliseconds; returns the end of it. */
type Every = (ms: number, action: () => void) => () => void

/**
 * Periodic work, all of one period in one go. Whoever does it and whoever is told of it sleep in between: they wake once, not once for
 * each piece, which costs most of what little there is to do.
 */
export class Cadence {
  readonly #every: Every
  readonly #beats = new Map<number, { readonly actions: Set<() => void>; readonly cancel: () => void }>()

  constructor(every: Every) {
    this.#every = every
  }

  /** As the timer beneath, but the first time may come sooner. An action must not throw: it would take the turn of those after it. */
  readonly every: Every = (ms, action) => {
    const beat = this.#beats.get(ms) ?? this.#begin(ms)
    // The same function may be asked for twice.
    const own = (): void => action()
    beat.actions.add(own)
    return () => {
      if (!beat.actions.delete(own) || beat.actions.size > 0) return
      beat.cancel()
      this.#beats.delete(ms)
    }
  }

  #begin(ms: number) {
    const actions = new Set<() => void>()
    const cancel = this.#every(ms, () => {
      for (const action of actions) action()
    })
    const beat = { actions, cancel }
    this.#beats.set(ms, beat)
    return beat
  }
}
