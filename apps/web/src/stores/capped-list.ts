/** Append-only list that forgets its oldest entries; drops in blocks, so that appending stays cheap. */
export class CappedList<T> {
  readonly #capacity: number
  #items: T[] = []
  #dropped = 0

  constructor(capacity: number) {
    this.#capacity = capacity
  }

  get dropped(): number {
    return this.#dropped
  }

  get length(): number {
    return this.#items.length
  }

  push(items: readonly T[]): void {
    for (const item of items) this.#items.push(item)
    if (this.#items.length <= this.#capacity) return
    const surplus = this.#items.length - Math.floor(this.#capacity * 0.9)
    this.#items = this.#items.slice(surplus)
    this.#dropped += surplus
  }

  clear(): void {
    this.#items = []
    this.#dropped = 0
  }

  toArray(): readonly T[] {
    return this.#items.slice()
  }
}
