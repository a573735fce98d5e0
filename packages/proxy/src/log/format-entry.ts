import { logLevelName } from '@signalbox/contract'
import type { LogEntry, LogFields } from './log-entry.ts'

/** One line for people: `12:34:56.789 warn   tm: message key=value`. UTC, so that lines of several machines can be compared. */
export function formatText(entry: LogEntry): string {
  const time = new Date(entry.time).toISOString().slice(11, 23)
  const level = (logLevelName(entry.level) ?? String(entry.level)).padEnd(8)
  return `${time} ${level} ${entry.module}: ${oneLine(entry.message + fieldsText(entry.fields))}\n`
}

/** One line of JSON for programs: time, level, module, message, then the fields. */
export function formatJson(entry: LogEntry): string {
  const { time, level, module, message, fields } = entry
  const line = { time: new Date(time).toISOString(), level: logLevelName(level) ?? level, module, message, ...fields }
  return `${JSON.stringify(line)}\n`
}

function fieldsText(fields: LogFields): string {
  return Object.entries(fields)
    .map(([name, value]) => ` ${name}=${typeof value === 'string' && /[\s"=]/.test(value) ? JSON.stringify(value) : String(value)}`)
    .join('')
}

/** Bytes of the network must not forge a line of the log, nor drive a terminal. */
function oneLine(text: string): string {
  return text.replaceAll(/[\u0000-\u001f\u007f-\u009f]/g, (character) => JSON.stringify(character).slice(1, -1))
}
