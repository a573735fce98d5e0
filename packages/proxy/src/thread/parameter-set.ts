/**
 * The parameters of one module in one SIP thread, and their only owner while the thread runs: everybody else reads `values`,
 * `apply` alone writes them. What a transaction copied when it was made, its timers for example, it keeps.
 */
export class ParameterSet<T extends object> {
  readonly #values: T
  readonly #check: (name: string, value: number | string) => number | string

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
    const checked = Object.entries(changes).map(([name, value]) => [name, this.#check(name, value)] as const)
    Object.assign(this.#values, Object.fromEntries(checked))
  }
}
