import type { CfgChange } from '@signalbox/contract'
import { ControlFault } from './control-fault.ts'
import { GroupInstances, parseGroupName, parseInstanceName } from './group-instances.ts'
import type { SettingsGroup, SettingValue, Variable } from './settings-group.ts'

/** New values by variable; null takes the own value of an instance away. */
type Changes = Map<string, SettingValue | null>

/**
 * What `cfg.*` works on: groups of variables, instances of them, and the changes that wait for their commit (control-reference
 * 2.1). A group is named `tm`, an instance of it `tm[1]`. Faults are 400.
 */
export class RuntimeSettings {
  readonly #groups: ReadonlyMap<string, SettingsGroup>
  readonly #instances = new GroupInstances()
  /** By group as it was named. */
  readonly #delayed = new Map<string, Changes>()

  constructor(groups: readonly SettingsGroup[]) {
    this.#groups = new Map(groups.map((group) => [group.name, group]))
  }

  /** `group: variable`, in the order of the groups' tables. */
  list(only?: string): string[] {
    const groups = only === undefined ? [...this.#groups.values()] : [this.#group(only)]
    return groups.flatMap((group) => group.variables.map((variable) => `${group.name}: ${variable.name}`))
  }

  get(groupName: string, name: string): SettingValue {
    const { group, own } = this.#named(groupName)
    const variable = this.#variable(group, name)
    return own?.get(variable.name) ?? group.value(variable.name)
  }

  getAll(groupName: string): Record<string, SettingValue> {
    const { group, own } = this.#named(groupName)
    return Object.fromEntries(group.variables.map(({ name }) => [name, own?.get(name) ?? group.value(name)]))
  }

  help(groupName: string, name: string): Variable {
    return this.#variable(this.#group(groupName), name)
  }

  /** Sets a variable in every SIP thread. */
  async set(groupName: string, name: string, value: SettingValue): Promise<void> {
    await this.#apply(groupName, new Map([[name, this.#checked(groupName, name, value)]]))
  }

  /** Notes a value for `commit`. */
  delay(groupName: string, name: string, value: SettingValue): void {
    this.#note(groupName, name, this.#checked(groupName, name, value))
  }

  /** Takes the own value of an instance away, so that the value of the group holds. */
  async delete(groupName: string, name: string): Promise<void> {
    this.#checkDeletion(groupName, name)
    await this.#apply(groupName, new Map([[name, null]]))
  }

  delayDeletion(groupName: string, name: string): void {
    this.#checkDeletion(groupName, name)
    this.#note(groupName, name, null)
  }

  async addInstance(groupName: string): Promise<void> {
    const { group, id } = parseInstanceName(groupName)
    await this.#instances.add(this.#group(group), id)
  }

  async deleteInstance(groupName: string): Promise<void> {
    const { group, id } = parseInstanceName(groupName)
    if (!(await this.#instances.remove(this.#group(group), id))) throw refusal('Failed to delete the group instance')
    this.#delayed.delete(groupName)
  }

  async commit(): Promise<void> {
    const delayed = [...this.#delayed]
    this.#delayed.clear()
    await Promise.all(delayed.map(([groupName, changes]) => this.#apply(groupName, changes)))
  }

  rollback(): void {
    this.#delayed.clear()
  }

  diff(): CfgChange[] {
    return [...this.#delayed].flatMap(([groupName, changes]) => {
      const { group, id } = parseGroupName(groupName)
      return [...changes].map(([name, value]) => ({
        'group name': group,
        ...(id !== null && { 'group id': id }),
        'variable name': name,
        'old value': this.get(groupName, name),
        'new value': value ?? this.get(group, name),
      }))
    })
  }

  /** Everything that can be set while running goes back to what it was at the start; instances keep their own values. */
  async reset(groupName: string): Promise<void> {
    const group = this.#group(groupName)
    const changed = group.variables.filter(({ name, runtime }) => runtime && group.value(name) !== group.initial(name))
    if (changed.length > 0) await group.apply(Object.fromEntries(changed.map(({ name }) => [name, group.initial(name)])))
  }

  async #apply(groupName: string, changes: Changes): Promise<void> {
    const { group: name, id } = parseGroupName(groupName)
    const group = this.#group(name)
    if (id === null) await group.apply(Object.fromEntries(changes) as Record<string, SettingValue>)
    else if (!(await this.#instances.change(group, id, changes))) throw noInstance(groupName)
  }

  #note(groupName: string, name: string, value: SettingValue | null): void {
    let changes = this.#delayed.get(groupName)
    if (changes === undefined) this.#delayed.set(groupName, (changes = new Map()))
    changes.set(name, value)
  }

  #checked(groupName: string, name: string, value: SettingValue): SettingValue {
    const { group, own } = this.#named(groupName)
    const variable = this.#variable(group, name)
    if (!variable.runtime)
      throw refusal(
        `${group.name} parameter '${name}' can only be set at the start: write it below [${group.name}] in the configuration file`,
      )
    if (own !== null && !variable.perInstance)
      throw refusal(`${group.name} parameter '${name}' holds for the whole engine, not for instances`)
    return checkedBy(group, name, value)
  }

  #checkDeletion(groupName: string, name: string): void {
    const { group, id } = parseInstanceName(groupName)
    this.#variable(this.#group(group), name)
    if (this.#instances.own(group, id) === undefined) throw noInstance(groupName)
  }

  /** `own`: null for the group itself. */
  #named(groupName: string): { readonly group: SettingsGroup; readonly own: ReadonlyMap<string, SettingValue> | null } {
    const { group: name, id } = parseGroupName(groupName)
    const group = this.#group(name)
    if (id === null) return { group, own: null }
    const own = this.#instances.own(name, id)
    if (own === undefined) throw noInstance(groupName)
    return { group, own }
  }

  #group(name: string): SettingsGroup {
    const group = this.#groups.get(name)
    if (group === undefined) throw refusal(`There is no group '${name}': the groups are ${[...this.#groups.keys()].join(', ')}`)
    return group
  }

  #variable(group: SettingsGroup, name: string): Variable {
    const variable = group.variables.find((candidate) => candidate.name === name)
    if (variable !== undefined) return variable
    // The group's own words name the nearest one.
    checkedBy(group, name, 0)
    throw refusal(`${group.name} has no parameter '${name}'`)
  }
}

function checkedBy(group: SettingsGroup, name: string, value: SettingValue): SettingValue {
  try {
    return group.check(name, value)
  } catch (error) {
    throw refusal(error instanceof Error ? error.message : String(error))
  }
}

function noInstance(groupName: string): ControlFault {
  return refusal(`There is no group instance '${groupName}': cfg.add_group_inst makes one`)
}

function refusal(message: string): ControlFault {
  return new ControlFault({ code: 400, message })
}
