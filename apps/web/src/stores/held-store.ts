import { LiveStore } from './live-store.ts'

/**
 * Live data whose picture a reader can stop. What is held outlives the page that held it: the way back from one row leads to
 * the list that was left.
 */
export abstract class HeldStore<T> extends LiveStore<T> {
  /** Where the list was scrolled to, px. */
  readonly place = { top: 0 }
  #held: T | null = null

  readonly getHeld = (): T | null => this.#held

  hold(): void {
    this.#held ??= this.getSnapshot()
    this.flush()
  }

  release(): void {
    this.#held = null
    this.flush()
  }
}
