/** A variable that can be read, and perhaps set, while the engine runs. */
export interface Variable {
  readonly name: string
  readonly kind: 'int' | 'string'
  /** False: the configuration file sets it, at the start. */
  readonly runtime: boolean
  /** False: it holds for the whole engine, instances of the group have none of their own. */
  readonly perInstance: boolean
  readonly help: string
  /** Range, unit and default in a few words. */
  readonly range: string
}

export type SettingValue = number | string

/** Variables of one cfg group, and who is told when they change. */
export interface SettingsGroup {
  readonly name: string
  readonly variables: readonly Variable[]
  value(name: string): SettingValue
  /** The value at the start. */
  initial(name: string): SettingValue
  /** What will be stored; throws an Error that says what is allowed, for an unknown name too. */
  check(name: string, value: SettingValue): SettingValue
  /** Checked values, to be told to every SIP thread; afterwards `value` gives them. */
  apply(changes: Readonly<Record<string, SettingValue>>): Promise<void>
  /** Checked values that an instance of the group has of its own, to be told to every SIP thread; null: it is no more. */
  applyInstance(id: number, own: Readonly<Record<string, SettingValue>> | null): Promise<void>
}
