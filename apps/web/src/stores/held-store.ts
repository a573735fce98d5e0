import { LiveStore } from './live-store.ts'

/** Where a list was left. */
export class ListPlace {
  /** Scrolled to, px. */
  top = 0
  #chosen: number | string | null = null

  /** Key of the chosen row, null for none. */
  get chosen(): number | string | null {
    return this.#chosen
  }

  choose(key: number | string | null): void {
    this.#chosen = key
  }
}

/**
 * Live data whose picture a reader can stop. What is held outlives the page that held it: the way back from one row leads to
 * the list that was left.
 */
export abstract class HeldStore<T> extends LiveStore<T> {
  readonly place = new ListPlace()
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
