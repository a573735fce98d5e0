import vm from 'node:vm'
import { createHash } from 'node:crypto'
import { RouteType } from '../forward/route-type.ts'
import { allowedRoutes, ANYWHERE, MAY_WAIT, routeNamesOf, wrongRoute } from './allowed-routes.ts'
import { unknownFunction, type KsrObject } from './ksr-module.ts'
import { ScriptError, scriptError } from './script-error.ts'
import { analyseScript, armedRoute, routeTypes, startingPoints, type KsrUse, type ScriptAnalysis } from './script-analysis.ts'
import { ScriptRealm, type Route, type ScriptGlobals } from './script-realm.ts'

/** A routing script as text; reading it from the disk is the caller's business. */
export interface ScriptSource {
  /** Shown in errors. */
  readonly file: string
  readonly text: string
}

/** A script that has been compiled and has run its top level. */
export interface ScriptVersion {
  readonly file: string
  /** 1, 2, ... as scripts are loaded. */
  readonly version: number
  /** Unix milliseconds. */
  readonly loadedAt: number
  /** SHA-256 of the text, 12 hex digits. */
  readonly hash: string
  readonly realm: ScriptRealm
  readonly requestRoute: Route
  readonly replyRoute: Route | null
  readonly onsendRoute: Route | null
  /** What looks wrong but may be meant: uses of modules that are not there. One sentence each. */
  readonly warnings: readonly string[]
  /** The function of that name at the top level of the script, null when there is none. */
  route(name: string): Route | null
}

/** What a version is made from besides its text. */
export interface ScriptSurroundings {
  readonly globals: ScriptGlobals
  /** Functions that the engine calls by themselves because parameters name them, with their RouteType bits. */
  readonly entries: ReadonlyMap<string, number>
  readonly version: number
  /** Unix milliseconds. */
  readonly loadedAt: number
}

const ENTRIES: readonly (readonly [string, number])[] = [
  ['ksr_request_route', RouteType.REQUEST],
  ['ksr_reply_route', RouteType.CORE_ONREPLY],
  ['ksr_onsend_route', RouteType.ONSEND],
]

/** Compiles a script in a context of its own. Throws ScriptError; nothing is changed then. */
export function loadScript(source: ScriptSource, { globals, entries, version, loadedAt }: ScriptSurroundings): ScriptVersion {
  const compiled = compile(source)
  const analysis = analyseScript(source.text)
  const starts = new Map([...entries, ...ENTRIES])
  const warnings = analysis === null ? [notUnderstood(source)] : checkUses(source, globals.ksr, analysis, starts)
  const realm = new ScriptRealm(globals)
  try {
    realm.runTopLevel(compiled)
  } catch (error) {
    throw scriptError(source.file, error)
  }
  const route = remembering((name) => realm.route(name))
  if (analysis !== null) checkWaiting(source, analysis, starts, route)
  const missing = [...missingEntries(source, entries, route), ...missingRoutes(source, analysis, { entries, route })]
  const requestRoute = route('ksr_request_route')
  // Nothing stands where it is missing; tools that jump to a place get the top of the file.
  if (requestRoute === null) throw new ScriptError(source.file, 1, 1, 'the script does not define the function ksr_request_route()')
  const hash = createHash('sha256').update(source.text).digest('hex').slice(0, 12)
  const replyRoute = route('ksr_reply_route')
  return {
    file: source.file,
    version,
    loadedAt,
    hash,
    realm,
    requestRoute,
    replyRoute,
    onsendRoute: route('ksr_onsend_route'),
    warnings: [...warnings, ...missing],
    route,
  }
}

function compile({ file, text }: ScriptSource): vm.Script {
  try {
    return new vm.Script(text, { filename: file })
  } catch (error) {
    throw scriptError(file, error)
  }
}

function remembering(find: (name: string) => Route | null): (name: string) => Route | null {
  const known = new Map<string, Route | null>()
  return (name) => {
    let found = known.get(name)
    if (found === undefined) known.set(name, (found = find(name)))
    return found
  }
}

function notUnderstood({ file }: ScriptSource): string {
  return `${file}: the script uses syntax that the checks do not know; mistakes in it show only when they are reached`
}

/**
 * Misspelt functions, and functions called where they may not be, are found before the script serves. A module that this version
 * does not have is only a warning: portable scripts ask `if (KSR.pike)` before they use it.
 */
function checkUses(source: ScriptSource, ksr: KsrObject, analysis: ScriptAnalysis, starts: ReadonlyMap<string, number>): readonly string[] {
  const warnings = new Set<string>()
  const types = routeTypes(analysis, starts)
  for (const use of analysis.uses) {
    const { module, line, column } = use
    const wrong = unknownUse(ksr, use) ?? misplacedUse(use, types)
    if (wrong !== null) throw new ScriptError(source.file, line, column, wrong)
    if (module !== '' && !Object.hasOwn(ksr, module))
      warnings.add(`${source.file}:${line}: there is no module KSR.${module} in this version; a call of it ends the script`)
  }
  return [...warnings]
}

function unknownUse(ksr: KsrObject, { module, name }: KsrUse): string | null {
  if (module === '') return Object.hasOwn(ksr, name) ? null : unknownFunction('KSR', name, Object.keys(ksr))
  if (!Object.hasOwn(ksr, module) || Object.hasOwn(ksr[module], name)) return null
  return unknownFunction(`KSR.${module}`, name, Object.keys(ksr[module]))
}

/** A call in a function that no route reaches which may make it. Where others reach it too, the call is checked when it is made. */
function misplacedUse({ module, name, texts, within }: KsrUse, types: ReadonlyMap<string, number>): string | null {
  const type = types.get(within) ?? 0
  if (type === 0) return null
  const called = module === 'x' && name === 'modf' ? nativeName(texts[0] ?? '') : `${module}.${name}`
  return (type & allowedRoutes(called)) === 0 ? wrongRoute(called, type) : null
}

/** Natively both modules' functions are called without their module. */
function nativeName(name: string): string {
  return allowedRoutes(`tmx.${name}`) === ANYWHERE ? `tm.${name}` : `tmx.${name}`
}

type FindRoute = (name: string) => Route | null

/** Functions that parameters name: without them the parameters do nothing. */
function missingEntries({ file }: ScriptSource, entries: ReadonlyMap<string, number>, route: FindRoute): readonly string[] {
  const missing = [...entries.keys()].filter((name) => route(name) === null)
  return missing.map((name) => `${file}: a tm parameter names the function ${name}(), which the script does not define`)
}

/** Routes that are armed by a name which nothing in the script has. */
function missingRoutes(
  { file }: ScriptSource,
  analysis: ScriptAnalysis | null,
  { entries, route }: { readonly entries: ReadonlyMap<string, number>; readonly route: FindRoute },
): readonly string[] {
  // event_callback hears of failed branches whose route has no function of its own.
  const callback = [...entries.values()].some((types) => (types & RouteType.BRANCH_FAILURE) !== 0)
  return (analysis?.uses ?? []).flatMap((use) => {
    const { route: armed, type } = armedRoute(use)
    if (type === 0 || armed === null || armed === '' || armed === '0') return []
    if (route(armed) !== null || (callback && type === RouteType.BRANCH_FAILURE)) return []
    return [`${file}:${use.line}: KSR.${use.module}.${use.name} names the route '${armed}', but the script does not define ${armed}()`]
  })
}

function checkWaiting(
  { file }: ScriptSource,
  analysis: ScriptAnalysis,
  entries: ReadonlyMap<string, number>,
  route: (name: string) => Route | null,
): void {
  for (const [name, types] of startingPoints(analysis, entries)) {
    if ((types & MAY_WAIT) !== 0 || route(name)?.isAsync !== true) continue
    const { line, column } = analysis.places.get(name) ?? { line: 1, column: 1 }
    throw new ScriptError(file, line, column, `${name}() is async, but a ${routeNamesOf(types)} route cannot wait`)
  }
}
