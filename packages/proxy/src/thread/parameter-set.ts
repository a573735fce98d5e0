/**
 * The parameters of one module in one SIP thread, and their only owner while the thread runs: everybody else reads `values`,
 * `apply` alone writes them. What a transaction copied when it was made, its timers for example, it keeps.
 */
export class ParameterSet<T extends object> {
  readonly #values: T
  readonly #check: (name: string, value: number | string) => number | string
  readonly #instances = new Map<number, Partial<T>>()
  /** What the selected instance hides; null: none is selected. */
  #hidden: Partial<T> | null = null

  /** `check` gives the value to store or throws an Error that says what is allowed. */
  constructor(values: T, check: (name: string, value: number | string) => number | string) {
    this.#values = values
    this.#check = check
  }

  get values(): Readonly<T> {
    return this.#values
  }

  /** All of the changes or none. Throws what `check` throws. */
  apply(changes: Readonly<Record<string, number | string>>): void {
    Object.assign(this.#values, this.#checked(changes))
  }

  /** The values that an instance of the group has of its own; null: there is no such instance any more. Throws what `check` throws. */
  setInstance(id: number, own: Readonly<Record<string, number | string>> | null): void {
    if (own === null) this.#instances.delete(id)
    else this.#instances.set(id, this.#checked(own))
  }

  get isSelected(): boolean {
    return this.#hidden !== null
  }

  /** Until `deselect` the values of this instance hold. False: there is no such instance. */
  select(id: number): boolean {
    this.deselect()
    const own = this.#instances.get(id)
    if (own === undefined) return false
    const names = Object.keys(own) as (keyof T)[]
    this.#hidden = Object.fromEntries(names.map((name) => [name, this.#values[name]])) as Partial<T>
    Object.assign(this.#values, own)
    return true
  }

  deselect(): void {
    if (this.#hidden === null) return
    Object.assign(this.#values, this.#hidden)
    this.#hidden = null
  }

  #checked(changes: Readonly<Record<string, number | string>>): Partial<T> {
    return Object.fromEntries(Object.entries(changes).map(([name, value]) => [name, this.#check(name, value)])) as Partial<T>
  }
}
