/** Names of the log levels by their number, from silence to everything. */
export const logLevels = { alert: -3, bug: -2, critical: -1, error: 0, warn: 1, notice: 2, info: 3, debug: 4 } as const

export type LogLevelName = keyof typeof logLevels

/** Number of a level given as number, digits or name; null: no such level. */
export function parseLogLevel(level: number | string): number | null {
  if (typeof level === 'string' && Object.hasOwn(logLevels, level.toLowerCase())) return logLevels[level.toLowerCase() as LogLevelName]
  const number = level === '' ? Number.NaN : Number(level)
  return Number.isInteger(number) && number >= logLevels.alert && number <= logLevels.debug ? number : null
}

/** Name of a level, null outside of the range. */
export function logLevelName(level: number): LogLevelName | null {
  for (const [name, number] of Object.entries(logLevels)) if (number === level) return name as LogLevelName
  return null
}
