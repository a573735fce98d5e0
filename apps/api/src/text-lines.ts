import type { ChangeRecord } from '@signalbox/contract'

interface LogLine extends Partial<ChangeRecord> {
  readonly time: number
  readonly level: number
  readonly msg?: string
  readonly err?: { readonly stack?: string; readonly message?: string }
}

/** Of a call that may change something. */
const FIELDS = ['method', 'params', 'peer', 'outcome'] as const satisfies readonly (keyof ChangeRecord)[]
const NOTICE = 35
const WARN = 40
const ERROR = 50

/** For a terminal: each JSON line of the logger as one line in the manner of the engine, `12:34:56.789 warn     api: message key=value`. */
export function textLines(out: { write(text: string): unknown }): { write(line: string): void } {
  return {
    write: (line) => {
      out.write(formatted(line))
    },
  }
}

function formatted(line: string): string {
  const entry = JSON.parse(line) as LogLine
  const { time, level, msg = '', err } = entry
  const name = level >= ERROR ? 'error' : level >= WARN ? 'warn' : level >= NOTICE ? 'notice' : 'info'
  const text = [msg, err?.stack ?? err?.message ?? ''].filter((part) => part !== '').join(': ') + changeText(entry)
  // What came from the network must neither forge a line nor drive the terminal.
  const safe = text.replaceAll(/[\u0000-\u001f\u007f-\u009f]/g, (character) => JSON.stringify(character).slice(1, -1))
  return `${new Date(time).toISOString().slice(11, 23)} ${name.padEnd(8)} api: ${safe}\n`
}

function changeText(entry: LogLine): string {
  return FIELDS.flatMap((name) => {
    const value = entry[name]
    return value === undefined ? [] : [` ${name}=${/[\s"=]/.test(value) ? JSON.stringify(value) : value}`]
  }).join('')
}
