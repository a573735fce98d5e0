/** Append-only list that forgets its oldest entries; drops in blocks, so that appending stays cheap. */
export class CappedList<T> {
  readonly #capacity: number
  #items: T[] = []

  constructor(capacity: number) {
    this.#capacity = capacity
  }

  get length(): number {
    return this.#items.length
  }

  push(items: readonly T[]): void {
    for (const item of items) this.#items.push(item)
    if (this.#items.length <= this.#capacity) return
    const surplus = this.#items.length - Math.floor(this.#capacity * 0.9)
    this.#items = this.#items.slice(surplus)
  }

  clear(): void {
    this.#items = []
  }

  toArray(): readonly T[] {
    return this.#items.slice()
  }
}
