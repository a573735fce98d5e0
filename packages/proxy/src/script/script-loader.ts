import vm from 'node:vm'
import { createHash } from 'node:crypto'
import { unknownFunction } from './ksr-module.ts'
import type { KsrObject } from './ksr.ts'
import { ScriptError, scriptError } from './script-error.ts'
import { ksrUses } from './source-scan.ts'

/** A routing script as text; reading it from the disk is the caller's business. */
export interface ScriptSource {
  /** Shown in errors. */
  readonly file: string
  readonly text: string
}

export type Route = () => unknown

/** A script that has been compiled and has run its top level. */
export interface ScriptVersion {
  readonly file: string
  /** 1, 2, ... as scripts are loaded. */
  readonly version: number
  /** Unix milliseconds. */
  readonly loadedAt: number
  /** SHA-256 of the text, 12 hex digits. */
  readonly hash: string
  readonly requestRoute: Route
  readonly replyRoute: Route | null
  /** Uses of modules that are not there: they fail when they are reached. One sentence each. */
  readonly warnings: readonly string[]
  /** The function of that name at the top level of the script, null when there is none. */
  route(name: string): Route | null
}

/** Longest time in ms that the top level of a script may take; routes themselves are not limited. */
const TOP_LEVEL_TIMEOUT = 500

export interface ScriptConsole {
  readonly debug: (...values: unknown[]) => void
  readonly log: (...values: unknown[]) => void
  readonly info: (...values: unknown[]) => void
  readonly warn: (...values: unknown[]) => void
  readonly error: (...values: unknown[]) => void
}

/** What script code gets besides the language itself. */
export interface ScriptGlobals {
  readonly ksr: KsrObject
  readonly console: ScriptConsole
}

/** Compiles a script in a context of its own. Throws ScriptError; nothing is changed then. */
export function loadScript(source: ScriptSource, globals: ScriptGlobals, version: number, loadedAt: number): ScriptVersion {
  const warnings = checkUses(source, globals.ksr)
  const context = createContext(globals)
  try {
    new vm.Script(source.text, { filename: source.file }).runInContext(context, { timeout: TOP_LEVEL_TIMEOUT })
  } catch (error) {
    throw scriptError(source.file, error)
  }
  const known = new Map<string, Route | null>()
  const route = (name: string): Route | null => {
    let found = known.get(name)
    if (found === undefined) known.set(name, (found = topLevelFunction(context, name)))
    return found
  }
  const requestRoute = route('ksr_request_route')
  if (requestRoute === null) throw new ScriptError(source.file, 0, 0, 'the script does not define the function ksr_request_route()')
  const hash = createHash('sha256').update(source.text).digest('hex').slice(0, 12)
  return { file: source.file, version, loadedAt, hash, requestRoute, replyRoute: route('ksr_reply_route'), warnings, route }
}

/** An ordinary global object, not one of intercepted properties: a call of KSR.x.y() costs nanoseconds instead of a tenth of a microsecond. */
function createContext({ ksr, console }: ScriptGlobals): vm.Context {
  const context = vm.createContext(vm.constants.DONT_CONTEXTIFY, {
    name: 'routing script',
    codeGeneration: { strings: false, wasm: false },
  })
  Object.defineProperty(context, 'KSR', { value: ksr, enumerable: true })
  Object.defineProperty(context, 'console', { value: console, enumerable: true })
  return context
}

/** Function declarations are properties of the global object, `const` and `let` are not: they are asked for in the language. */
function topLevelFunction(context: vm.Context, name: string): Route | null {
  if (!/^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name)) return null
  try {
    const found: unknown = new vm.Script(name).runInContext(context)
    return isRoute(found) ? found : null
  } catch {
    return null
  }
}

function isRoute(value: unknown): value is Route {
  return typeof value === 'function'
}

/**
 * A misspelt function is found before the script serves. A module that this version does not have is only a warning: portable
 * scripts ask `if (KSR.pike)` before they use it.
 */
function checkUses(source: ScriptSource, ksr: KsrObject): readonly string[] {
  const warnings = new Set<string>()
  for (const { module, name, line, column } of ksrUses(source.text)) {
    if (module === '') {
      if (!Object.hasOwn(ksr, name)) throw new ScriptError(source.file, line, column, unknownFunction('KSR', name, Object.keys(ksr)))
    } else if (!Object.hasOwn(ksr, module))
      warnings.add(`${source.file}:${line}: there is no module KSR.${module} in this version; a call of it ends the script`)
    else if (!Object.hasOwn(ksr[module], name)) {
      throw new ScriptError(source.file, line, column, unknownFunction(`KSR.${module}`, name, Object.keys(ksr[module])))
    }
  }
  return [...warnings]
}
