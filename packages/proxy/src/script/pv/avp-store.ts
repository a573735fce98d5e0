import type { RoutedMessage, TransactionHandle } from '../../forward/routed-message.ts'

export type AvpValue = string | number

/** Values of one name, the newest first. */
export type AvpList = Map<string, AvpValue[]>

interface Kept {
  readonly label: number
  readonly avps: AvpList
}

/**
 * AVPs belong to the message until there is a transaction, then to that transaction, so that failure and reply routes see
 * them (script-reference 1.7). Cells are reused, so what was kept for one counts only under the same label.
 */
export class AvpStore {
  readonly #kept = new WeakMap<TransactionHandle, Kept>()
  #current: AvpList | null = null
  #any = false

  /** First value of the name, undefined when there is none. `index` counts from the newest, negative from the oldest. */
  get(name: string, index = 0): AvpValue | undefined {
    return this.#current?.get(name)?.at(index)
  }

  all(name: string): readonly AvpValue[] {
    return this.#current?.get(name) ?? []
  }

  push(name: string, value: AvpValue): void {
    this.#current ??= new Map()
    const values = this.#current.get(name)
    if (values === undefined) this.#current.set(name, [value])
    else values.unshift(value)
  }

  /** Removes the newest value, or every one. */
  remove(name: string, all: boolean): void {
    const values = this.#current?.get(name)
    if (values === undefined) return
    values.shift()
    if (all || values.length === 0) this.#current?.delete(name)
  }

  /** Before a route of a transaction: its AVPs become current. */
  attach(m: RoutedMessage): void {
    if (!this.#any) return
    const kept = m.cell === null ? undefined : this.#kept.get(m.cell)
    if (kept !== undefined && kept.label === m.cell?.label) this.#current = kept.avps
  }

  /** Takes away what is current, for a route that goes on later and has no transaction that could keep it. */
  take(): AvpList | null {
    const taken = this.#current
    this.#current = null
    return taken
  }

  give(taken: AvpList): void {
    this.#current = taken
  }

  /** After a route: what is current moves to the transaction, or is forgotten with the message. */
  end(m: RoutedMessage): void {
    if (this.#current === null) return
    if (m.cell !== null && this.#current.size > 0) {
      this.#kept.set(m.cell, { label: m.cell.label, avps: this.#current })
      this.#any = true
    }
    this.#current = null
  }
}
