/** A routing script that cannot be used. `message` names file and line; the parts are there for RPC and console. */
export class ScriptError extends Error {
  override readonly name = 'ScriptError'
  readonly file: string
  /** 1-based; 0 when the fault has no place in the file. */
  readonly line: number
  /** 1-based; 0 unknown. */
  readonly column: number
  readonly reason: string

  constructor(file: string, line: number, column: number, reason: string) {
    super(`${placeOf(file, line, column)}: ${reason}`)
    this.file = file
    this.line = line
    this.column = column
    this.reason = reason
  }
}

function placeOf(file: string, line: number, column: number): string {
  if (line === 0) return file
  return column === 0 ? `${file}:${line}` : `${file}:${line}:${column}`
}

/**
 * Place and reason of whatever script code threw: values of another realm, so `instanceof` says nothing about them.
 * Syntax errors carry their place in the first line of the stack, all others in its first frame within the file.
 */
export function scriptError(file: string, thrown: unknown): ScriptError {
  if (thrown instanceof ScriptError) return thrown
  const { name, message, stack } = partsOf(thrown)
  const lines = stack.split('\n')
  const head = lines[0].startsWith(`${file}:`) ? /^:(\d+)/.exec(lines[0].slice(file.length)) : null
  if (head !== null) {
    const caret = lines[2]?.indexOf('^') ?? -1
    return new ScriptError(file, Number(head[1]), caret + 1, `${name}: ${message}`)
  }
  const frame = lines.find((line) => line.includes(`${file}:`))
  const place = frame === undefined ? null : /^:(\d+):(\d+)/.exec(frame.slice(frame.indexOf(`${file}:`) + file.length))
  return new ScriptError(file, Number(place?.[1] ?? 0), Number(place?.[2] ?? 0), name === 'Error' ? message : `${name}: ${message}`)
}

function partsOf(thrown: unknown): { readonly name: string; readonly message: string; readonly stack: string } {
  if (typeof thrown !== 'object' || thrown === null) return { name: 'Error', message: `the script threw ${String(thrown)}`, stack: '' }
  const name = 'name' in thrown ? String(thrown.name) : 'Error'
  const message = 'message' in thrown ? String(thrown.message) : 'the script threw an object'
  return { name, message, stack: 'stack' in thrown ? String(thrown.stack) : '' }
}
