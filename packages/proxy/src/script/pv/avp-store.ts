import type { RoutedMessage, TransactionHandle } from '../../forward/routed-message.ts'
import { Xavps } from './xavps.ts'

export type AvpValue = string | number

/** What the script has stored for one message or transaction. */
export interface StoredValues {
  /** Values of a name, the newest first. */
  readonly avps: Map<string, AvpValue[]>
  readonly xavps: Xavps
}

interface Kept {
  readonly label: number
  readonly stored: StoredValues
}

/**
 * AVPs and XAVPs belong to the message until there is a transaction, then to that transaction, so that failure and reply routes
 * see them (script-reference 1.7). Cells are reused, so what was kept for one counts only under the same label.
 */
export class AvpStore {
  readonly #kept = new WeakMap<TransactionHandle, Kept>()
  #current: StoredValues | null = null
  #any = false

  /** First value of the name, undefined when there is none. `index` counts from the newest, negative from the oldest. */
  get(name: string, index = 0): AvpValue | undefined {
    return this.#current?.avps.get(name)?.at(index)
  }

  all(name: string): readonly AvpValue[] {
    return this.#current?.avps.get(name) ?? []
  }

  push(name: string, value: AvpValue): void {
    const { avps } = this.#own()
    const values = avps.get(name)
    if (values === undefined) avps.set(name, [value])
    else values.unshift(value)
  }

  /** Removes the newest value, or every one. */
  remove(name: string, all: boolean): void {
    const values = this.#current?.avps.get(name)
    if (values === undefined) return
    values.shift()
    if (all || values.length === 0) this.#current?.avps.delete(name)
  }

  /** The XAVPs; null while there are none. */
  get xavps(): Xavps | null {
    return this.#current?.xavps ?? null
  }

  /** The XAVPs, to be written. */
  ownXavps(): Xavps {
    return this.#own().xavps
  }

  #own(): StoredValues {
    return (this.#current ??= { avps: new Map(), xavps: new Xavps() })
  }

  /** Before a route of a transaction: its AVPs become current. */
  attach(m: RoutedMessage): void {
    if (!this.#any) return
    const kept = m.cell === null ? undefined : this.#kept.get(m.cell)
    if (kept !== undefined && kept.label === m.cell?.label) this.#current = kept.stored
  }

  /** Takes away what is current, for a route that goes on later and has no transaction that could keep it. */
  take(): StoredValues | null {
    const taken = this.#current
    this.#current = null
    return taken
  }

  give(taken: StoredValues): void {
    this.#current = taken
  }

  /** After a route: what is current moves to the transaction, or is forgotten with the message. */
  end(m: RoutedMessage): void {
    const stored = this.#current
    if (stored === null) return
    this.#current = null
    if (m.cell === null || (stored.avps.size === 0 && stored.xavps.size === 0)) return
    this.#kept.set(m.cell, { label: m.cell.label, stored })
    this.#any = true
  }
}
