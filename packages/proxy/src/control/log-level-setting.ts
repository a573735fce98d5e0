import { logLevels } from '@signalbox/contract'
import type { SettingsGroup, SettingValue, Variable } from './settings-group.ts'
import type { WorkerPool } from './worker-pool.ts'

const MOST = logLevels.debug
const LEAST = logLevels.alert

/** `core: debug`: the log level, as Kamailio's core names it (control-reference 2). */
const NAME = 'debug'
const DEBUG: Variable = {
  name: NAME,
  kind: 'int',
  runtime: true,
  perInstance: false,
  help: 'log level of the whole engine',
  range: `${LEAST} (alert) to ${MOST} (debug), default ${logLevels.notice}, can be set while running`,
}

/** The log level of the whole engine. */
export interface EngineLogLevel {
  readonly level: number
  /** Tells every thread. */
  set(level: number): Promise<void>
}

/** The levels of the control thread and of every SIP thread as one. */
export function engineLogLevel(control: { level: number }, pool: WorkerPool): EngineLogLevel {
  return {
    get level() {
      return control.level
    },
    set: async (level) => {
      await pool.callAll('log_level', [level])
      control.level = level
    },
  }
}

/** The group `others` with the log level as its first variable. */
export function withLogLevel(others: SettingsGroup, log: EngineLogLevel): SettingsGroup {
  const initial = log.level
  return {
    name: others.name,
    variables: [DEBUG, ...others.variables],
    value: (variable) => (variable === NAME ? log.level : others.value(variable)),
    initial: (variable) => (variable === NAME ? initial : others.initial(variable)),
    check: (variable, value) => (variable === NAME ? checkedLevel(value) : others.check(variable, value)),
    apply: async (changes) => {
      const { [NAME]: wanted, ...rest } = changes
      if (Object.keys(rest).length > 0) await others.apply(rest)
      if (typeof wanted === 'number') await log.set(wanted)
    },
    applyInstance: (id, own) => others.applyInstance(id, own),
  }
}

function checkedLevel(value: SettingValue): number {
  const number = typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : value
  if (typeof number === 'number' && Number.isInteger(number) && number >= LEAST && number <= MOST) return number
  throw new Error(`core parameter 'debug' must be an integer from ${LEAST} to ${MOST}, not '${value}'`)
}
