import type { KsrEnvironment } from './ksr-environment.ts'
import type { XavpFields, XavpScalar } from './pv/xavps.ts'

/** Field that says which contact the others are of. */
const RUID = 'ruid'

/**
 * xavp_contact (tm-reference 2.6): fields that a script gives to contacts. save() keeps them with the contacts of its REGISTER,
 * lookup() brings a value of the XAVP for each contact that it finds, the first one's first, and t_load_contacts puts them away
 * until t_next_contacts comes to their contact.
 */
export class ContactAttributes {
  readonly #env: KsrEnvironment

  constructor(env: KsrEnvironment) {
    this.#env = env
  }

  /** False: there is nothing to do. */
  get isOn(): boolean {
    return this.#name !== ''
  }

  get #name(): string {
    return this.#env.services.params.xavp_contact
  }

  /** What save() is to keep, as JSON; '' nothing. */
  toKeep(): string {
    const fields = this.#name === '' ? undefined : this.#env.avps.xavps?.fields(this.#name)
    if (fields === undefined) return ''
    const plain = [...fields].map(([field, values]) => [field, values.filter((value) => !(value instanceof Map))] as const)
    return JSON.stringify(Object.fromEntries(plain.filter(([field]) => field !== RUID)))
  }

  /** After lookup(): the attributes of its contacts. */
  bring(ruids: readonly string[]): void {
    for (const ruid of ruids.toReversed()) {
      const kept = this.#env.services.registrar.contact(ruid)?.attributes ?? ''
      if (kept !== '') this.#env.avps.ownXavps().push(this.#name, fieldsOf(ruid, kept))
    }
  }

  /** Into the record of a contact. */
  putInto(record: XavpFields, ruid: string): void {
    if (this.#name === '' || ruid === '') return
    const values = this.#env.avps.xavps?.all(this.#name) ?? []
    const fields = values.find((one) => one instanceof Map && one.get(RUID)?.[0] === ruid)
    if (fields !== undefined) record.set(this.#name, [fields])
  }

  /** Those that records hold now. */
  takeAway(): void {
    if (this.#name !== '') this.#env.avps.xavps?.removeAll(this.#name)
  }

  /** Those of the records that are tried now; the first one's become the newest. */
  bringBack(records: readonly XavpFields[]): void {
    if (this.#name === '') return
    for (const record of records.toReversed()) {
      const fields = record.get(this.#name)?.[0]
      if (fields !== undefined) this.#env.avps.ownXavps().push(this.#name, fields)
    }
  }
}

function fieldsOf(ruid: string, kept: string): XavpFields {
  return new Map([[RUID, [ruid]], ...Object.entries(JSON.parse(kept) as Record<string, XavpScalar[]>)])
}
