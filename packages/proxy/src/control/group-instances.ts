import { ControlFault } from './control-fault.ts'
import type { SettingsGroup, SettingValue } from './settings-group.ts'

/** A group as `cfg.*` names it: `tm`, or an instance of it, `tm[1]`. */
export interface GroupName {
  readonly group: string
  /** Null: the group itself. */
  readonly id: number | null
}

export function parseGroupName(text: string): GroupName {
  const found = /^(.+)\[(\d{1,9})\]$/.exec(text)
  return found === null ? { group: text, id: null } : { group: found[1], id: Number(found[2]) }
}

/** For what works on instances only. Throws ControlFault. */
export function parseInstanceName(text: string): { readonly group: string; readonly id: number } {
  const { group, id } = parseGroupName(text)
  if (id === null) throw new ControlFault({ code: 400, message: 'Wrong group syntax. Use "group[id]"' })
  return { group, id }
}

type OwnValues = ReadonlyMap<string, SettingValue>

/** Instances of groups: values of their own for some of the variables, which a script selects with cfg_select. */
export class GroupInstances {
  /** By group, then by number. Replaced, never changed: every SIP thread gets the whole of an instance. */
  readonly #own = new Map<string, Map<number, OwnValues>>()

  /** Undefined: there is no such instance. */
  own(group: string, id: number): OwnValues | undefined {
    return this.#own.get(group)?.get(id)
  }

  /** There is one already: nothing happens. */
  async add(group: SettingsGroup, id: number): Promise<void> {
    if (this.own(group.name, id) === undefined) await this.#tell(group, id, new Map())
  }

  /** False: there is none. */
  async remove(group: SettingsGroup, id: number): Promise<boolean> {
    if (this.own(group.name, id) === undefined) return false
    await group.applyInstance(id, null)
    this.#own.get(group.name)?.delete(id)
    return true
  }

  /** Null takes a value away, so that the one of the group holds. False: there is no such instance. */
  async change(group: SettingsGroup, id: number, changes: Iterable<readonly [string, SettingValue | null]>): Promise<boolean> {
    const known = this.own(group.name, id)
    if (known === undefined) return false
    const own = new Map(known)
    for (const [name, value] of changes) {
      if (value === null) own.delete(name)
      else own.set(name, value)
    }
    await this.#tell(group, id, own)
    return true
  }

  async #tell(group: SettingsGroup, id: number, own: OwnValues): Promise<void> {
    await group.applyInstance(id, Object.fromEntries(own))
    let instances = this.#own.get(group.name)
    if (instances === undefined) this.#own.set(group.name, (instances = new Map()))
    instances.set(id, own)
  }
}
