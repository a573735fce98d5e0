import type { SettingsGroup, SettingValue, Variable } from './settings-group.ts'
import type { WorkerPool } from './worker-pool.ts'

/** A parameter as its table describes it. */
export interface ParameterDescription {
  readonly name: string
  readonly kind?: 'int' | 'string'
  readonly initial: SettingValue
  readonly min?: number
  readonly max?: number
  readonly runtime?: boolean
  readonly unit?: string
  readonly help: string
}

/** The table of a module's parameters, and the values that it started with. */
export interface ParameterTable {
  readonly name: string
  readonly parameters: readonly ParameterDescription[]
  readonly values: Readonly<Record<string, SettingValue>>
  /** Gives what is to be stored, or throws an Error that says what is allowed. */
  readonly check: (name: string, value: SettingValue) => SettingValue
}

/**
 * The parameters of a module of the SIP threads as the control thread knows them. The threads own what they obey; this is the
 * one place that tells them changes, so what was told last is what holds.
 */
export function parameterSettings({ name, parameters, values, check }: ParameterTable, pool: WorkerPool): SettingsGroup {
  const current = new Map(Object.entries(values))
  return {
    name,
    variables: parameters.map(variableOf),
    value: (variable) => current.get(variable) ?? '',
    initial: (variable) => values[variable],
    check,
    apply: async (changes) => {
      await pool.callAll('cfg.apply', [name, changes])
      for (const [variable, value] of Object.entries(changes)) current.set(variable, value)
    },
    applyInstance: async (id, own) => void (await pool.callAll('cfg.instance', [name, id, own])),
  }
}

function variableOf({ name, kind = 'int', runtime = true, help, min, max, unit, initial }: ParameterDescription): Variable {
  const unitText = unit === undefined ? '' : ` ${unit}`
  const values = min === undefined || max === undefined ? 'any text' : `${min} to ${max}${unitText}`
  const shown = kind === 'string' ? `'${initial}'` : String(initial)
  return {
    name,
    kind,
    runtime,
    perInstance: true,
    help,
    range: `${values}, default ${shown}, ${runtime ? 'can be set while running' : 'set at the start only'}`,
  }
}
