export type XavpScalar = string | number

/** Values of each field, the newest first; fields in the order in which they came. */
export type XavpFields = Map<string, XavpValue[]>

export type XavpValue = XavpScalar | XavpFields

/** The XAVPs of a message or transaction: values by name, the newest first; a value is a plain one, or fields with values of their own. */
export class Xavps {
  readonly #values = new Map<string, XavpValue[]>()

  get size(): number {
    return this.#values.size
  }

  names(): Iterable<string> {
    return this.#values.keys()
  }

  /** `index` counts from the newest, negative from the oldest. */
  get(name: string, index = 0): XavpValue | undefined {
    return this.#values.get(name)?.at(index)
  }

  all(name: string): readonly XavpValue[] {
    return this.#values.get(name) ?? []
  }

  /** Undefined: there is nothing, or no fields. */
  fields(name: string, index = 0): XavpFields | undefined {
    const value = this.get(name, index)
    return value instanceof Map ? value : undefined
  }

  push(name: string, value: XavpValue): void {
    const values = this.#values.get(name)
    if (values === undefined) this.#values.set(name, [value])
    else values.unshift(value)
  }

  /** As the oldest one. */
  append(name: string, value: XavpValue): void {
    const values = this.#values.get(name)
    if (values === undefined) this.#values.set(name, [value])
    else values.push(value)
  }

  /** False: there is none with this index. */
  replace(name: string, index: number, value: XavpValue): boolean {
    const values = this.#values.get(name)
    return values !== undefined && replaceAt(values, index, value)
  }

  remove(name: string, index = 0): void {
    const values = this.#values.get(name)
    if (values === undefined) return
    removeAt(values, index)
    if (values.length === 0) this.#values.delete(name)
  }

  removeAll(name: string): void {
    this.#values.delete(name)
  }
}

export function pushField(fields: XavpFields, name: string, value: XavpValue): void {
  const values = fields.get(name)
  if (values === undefined) fields.set(name, [value])
  else values.unshift(value)
}

/** As the oldest one. */
export function appendField(fields: XavpFields, name: string, value: XavpValue): void {
  const values = fields.get(name)
  if (values === undefined) fields.set(name, [value])
  else values.push(value)
}

/** False: there is none with this index. */
export function replaceField(fields: XavpFields, name: string, index: number, value: XavpValue): boolean {
  const values = fields.get(name)
  return values !== undefined && replaceAt(values, index, value)
}

export function removeField(fields: XavpFields, name: string, index = 0): void {
  const values = fields.get(name)
  if (values === undefined) return
  removeAt(values, index)
  if (values.length === 0) fields.delete(name)
}

/** Fields of its own. */
export function copyOf(value: XavpValue): XavpValue {
  return value instanceof Map ? new Map([...value].map(([name, values]) => [name, values.map(copyOf)])) : value
}

function replaceAt<T>(values: T[], index: number, value: T): boolean {
  const at = index < 0 ? values.length + index : index
  if (at < 0 || at >= values.length) return false
  values[at] = value
  return true
}

function removeAt(values: unknown[], index: number): void {
  const at = index < 0 ? values.length + index : index
  if (at >= 0) values.splice(at, 1)
}
