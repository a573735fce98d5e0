import type { CfgChange } from '@signalbox/contract'
import { ControlFault } from './control-fault.ts'
import type { SettingsGroup, SettingValue, Variable } from './settings-group.ts'

/** What `cfg.*` works on: groups of variables, and the changes that wait for their commit (control-reference 2.1). Faults are 400. */
export class RuntimeSettings {
  readonly #groups: ReadonlyMap<string, SettingsGroup>
  /** By group, then by variable. */
  readonly #delayed = new Map<string, Map<string, SettingValue>>()

  constructor(groups: readonly SettingsGroup[]) {
    this.#groups = new Map(groups.map((group) => [group.name, group]))
  }

  /** `group: variable`, in the order of the groups' tables. */
  list(only?: string): string[] {
    const groups = only === undefined ? [...this.#groups.values()] : [this.#group(only)]
    return groups.flatMap((group) => group.variables.map((variable) => `${group.name}: ${variable.name}`))
  }

  get(groupName: string, name: string): SettingValue {
    const group = this.#group(groupName)
    return group.value(this.#variable(group, name).name)
  }

  getAll(groupName: string): Record<string, SettingValue> {
    const group = this.#group(groupName)
    return Object.fromEntries(group.variables.map(({ name }) => [name, group.value(name)]))
  }

  help(groupName: string, name: string): Variable {
    return this.#variable(this.#group(groupName), name)
  }

  /** Sets a variable in every SIP thread. */
  async set(groupName: string, name: string, value: SettingValue): Promise<void> {
    await this.#group(groupName).apply({ [name]: this.#checked(groupName, name, value) })
  }

  /** Notes a value for `commit`. */
  delay(groupName: string, name: string, value: SettingValue): void {
    const checked = this.#checked(groupName, name, value)
    let changes = this.#delayed.get(groupName)
    if (changes === undefined) this.#delayed.set(groupName, (changes = new Map()))
    changes.set(name, checked)
  }

  async commit(): Promise<void> {
    const delayed = [...this.#delayed]
    this.#delayed.clear()
    await Promise.all(delayed.map(([name, changes]) => this.#group(name).apply(Object.fromEntries(changes))))
  }

  rollback(): void {
    this.#delayed.clear()
  }

  diff(): CfgChange[] {
    return [...this.#delayed].flatMap(([group, changes]) =>
      [...changes].map(([name, value]) => ({
        'group name': group,
        'variable name': name,
        'old value': this.get(group, name),
        'new value': value,
      })),
    )
  }

  /** Everything that can be set while running goes back to what it was at the start. */
  async reset(groupName: string): Promise<void> {
    const group = this.#group(groupName)
    const changed = group.variables.filter(({ name, runtime }) => runtime && group.value(name) !== group.initial(name))
    if (changed.length > 0) await group.apply(Object.fromEntries(changed.map(({ name }) => [name, group.initial(name)])))
  }

  #checked(groupName: string, name: string, value: SettingValue): SettingValue {
    const group = this.#group(groupName)
    const variable = this.#variable(group, name)
    if (!variable.runtime)
      throw refusal(
        `${groupName} parameter '${name}' can only be set at the start: write it below [${groupName}] in the configuration file`,
      )
    return checkedBy(group, name, value)
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

function refusal(message: string): ControlFault {
  return new ControlFault({ code: 400, message })
}
