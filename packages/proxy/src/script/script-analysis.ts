import { parse, type Node } from 'acorn'
import { RouteType } from '../forward/route-type.ts'

/** A call of a KSR function that is written out in the source. */
export interface KsrUse {
  /** '' for a core function. */
  readonly module: string
  readonly name: string
  /** Values of the arguments that are string literals, null for others. */
  readonly texts: readonly (string | null)[]
  /** The top-level function that it stands in, '' at the top level itself. */
  readonly within: string
  /** 1-based. */
  readonly line: number
  readonly column: number
}

/** What the text of a script says about itself. What it does with names made at run time stays unknown. */
export interface ScriptAnalysis {
  readonly uses: readonly KsrUse[]
  /** The top-level functions by name, with the top-level functions that each of them mentions. */
  readonly functions: ReadonlyMap<string, ReadonlySet<string>>
  /** Where each of them begins. */
  readonly places: ReadonlyMap<string, SourcePlace>
  /** Functions that the top level itself hands around: anybody may call them. */
  readonly escaped: ReadonlySet<string>
}

/** 1-based. */
export interface SourcePlace {
  readonly line: number
  readonly column: number
}

interface Surroundings {
  readonly within: string
  readonly mentioned: Set<string>
}

/** Null when the text uses a syntax that the parser does not know yet, though the engine may. */
export function analyseScript(source: string): ScriptAnalysis | null {
  const program = parsed(source)
  if (program === null) return null
  const uses: KsrUse[] = []
  const functions = new Map<string, Set<string>>()
  const places = new Map<string, SourcePlace>()
  const outside: Surroundings = { within: '', mentioned: new Set() }
  for (const statement of children(program)) {
    for (const [name, body] of functionsOf(statement)) {
      const place = { within: name, mentioned: new Set<string>() }
      functions.set(name, place.mentioned)
      places.set(name, placeOf(body))
      walk(body, place, uses)
    }
    if (functionsOf(statement).length === 0) walk(statement, outside, uses)
  }
  for (const mentioned of functions.values()) for (const name of mentioned) if (!functions.has(name)) mentioned.delete(name)
  return { uses, functions, places, escaped: new Set([...outside.mentioned].filter((name) => functions.has(name))) }
}

function parsed(source: string): Node | null {
  try {
    return parse(source, { ecmaVersion: 'latest', sourceType: 'script', locations: true, allowHashBang: true })
  } catch {
    return null
  }
}

/** The functions that a top-level statement declares: `function f`, `const f = () =>`, `var f = function`. */
function functionsOf(statement: Node): readonly (readonly [string, Node])[] {
  if (statement.type === 'FunctionDeclaration') return [[nameOf(field(statement, 'id')), statement]]
  if (statement.type !== 'VariableDeclaration') return []
  const declarations = list(statement, 'declarations')
  const found = declarations.flatMap((declaration): readonly (readonly [string, Node])[] => {
    const id = field(declaration, 'id')
    const init = field(declaration, 'init')
    const isFunction = init?.type === 'ArrowFunctionExpression' || init?.type === 'FunctionExpression'
    return id?.type === 'Identifier' && init !== null && isFunction ? [[nameOf(id), init]] : []
  })
  return found.length === declarations.length ? found : []
}

function walk(node: Node, place: Surroundings, uses: KsrUse[]): void {
  if (node.type === 'CallExpression') {
    const use = ksrUse(node, place.within)
    if (use !== null) uses.push(use)
  }
  if (node.type === 'Identifier') place.mentioned.add(nameOf(node))
  for (const child of children(node)) if (!isPropertyName(node, child)) walk(child, place, uses)
}

/** `x` in `a.x` and `{ x: 1 }` names no variable. */
function isPropertyName(parent: Node, child: Node): boolean {
  if (flagged(parent, 'computed')) return false
  if (parent.type === 'MemberExpression') return field(parent, 'property') === child
  return parent.type === 'Property' && field(parent, 'key') === child && !flagged(parent, 'shorthand')
}

function ksrUse(call: Node, within: string): KsrUse | null {
  const callee = field(call, 'callee')
  const path = callee === null ? null : memberPath(callee)
  if (callee === null || path === null || path[0] !== 'KSR' || path.length < 2 || path.length > 3) return null
  const texts = list(call, 'arguments').map((argument) => literalText(argument))
  const [, first, second] = path
  return { module: second === undefined ? '' : first, name: second ?? first, texts, within, ...placeOf(callee) }
}

function placeOf({ loc }: Node): SourcePlace {
  const { line = 0, column = 0 } = loc?.start ?? {}
  return { line, column: column + 1 }
}

/** `['KSR', 'tm', 't_relay']` of `KSR.tm.t_relay`; null when it is not a plain path. */
function memberPath(node: Node): readonly string[] | null {
  if (node.type === 'Identifier') return [nameOf(node)]
  if (node.type !== 'MemberExpression' || flagged(node, 'optional')) return null
  const object = field(node, 'object')
  const property = field(node, 'property')
  const inner = object === null ? null : memberPath(object)
  if (inner === null || property === null) return null
  const name = flagged(node, 'computed') ? literalText(property) : nameOf(property)
  return name === null ? null : [...inner, name]
}

function literalText(node: Node): string | null {
  const value: unknown = node.type === 'Literal' && 'value' in node ? node.value : null
  return typeof value === 'string' ? value : null
}

function nameOf(node: Node | null): string {
  const name: unknown = node !== null && 'name' in node ? node.name : ''
  return typeof name === 'string' ? name : ''
}

function flagged(node: Node, key: string): boolean {
  return key in node && node[key as keyof Node] === (true as unknown)
}

function field(node: Node, key: string): Node | null {
  const value: unknown = key in node ? node[key as keyof Node] : null
  return isNode(value) ? value : null
}

function list(node: Node, key: string): readonly Node[] {
  const value: unknown = key in node ? node[key as keyof Node] : null
  return Array.isArray(value) ? value.filter((item) => isNode(item)) : []
}

function children(node: Node): readonly Node[] {
  return Object.values(node)
    .flat()
    .filter((value) => isNode(value))
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string' && 'start' in value
}

/** Functions that name a route by their argument of that number. */
const arming: Readonly<Record<string, readonly [argument: number, type: number]>> = {
  'tm.t_on_branch': [0, RouteType.BRANCH],
  'tm.t_on_reply': [0, RouteType.TM_ONREPLY],
  'tm.t_on_failure': [0, RouteType.FAILURE],
  'tm.t_on_branch_failure': [0, RouteType.BRANCH_FAILURE],
  'tmx.t_continue': [2, RouteType.FAILURE],
}

/** The route that a call names, null when only running it tells; type 0: it names none. */
export function armedRoute({ module, name, texts }: KsrUse): { readonly route: string | null; readonly type: number } {
  const [argument, type] = arming[`${module}.${name}`] ?? [0, 0]
  return { route: texts[argument] ?? null, type }
}

/** Names that say what a route is for, when nothing in the script arms it (script-reference 3.1). */
const conventions: readonly (readonly [RegExp, number])[] = [
  [/^ksr_branch_/, RouteType.BRANCH],
  [/^ksr_onreply_/, RouteType.TM_ONREPLY],
  [/^ksr_failure_/, RouteType.FAILURE],
]

/**
 * RouteType bits of the routes in which each top-level function can run, as far as the text says; functions that may run
 * anywhere, or never, are left out. `entries`: functions that the engine calls by itself.
 */
export function routeTypes(analysis: ScriptAnalysis, entries: ReadonlyMap<string, number>): ReadonlyMap<string, number> {
  const types = new Map<string, number>()
  const reach = (name: string, bits: number): void => {
    const known = types.get(name) ?? 0
    if ((known | bits) === known) return
    types.set(name, known | bits)
    for (const callee of analysis.functions.get(name) ?? []) reach(callee, bits)
  }
  for (const [name, bits] of startingPoints(analysis, entries)) if (analysis.functions.has(name)) reach(name, bits)
  const forget = (name: string): void => {
    if (!types.delete(name)) return
    for (const callee of analysis.functions.get(name) ?? []) forget(callee)
  }
  for (const name of analysis.escaped) forget(name)
  return types
}

/** The functions that the engine calls by name, with the kind of route that they are then. */
export function startingPoints(analysis: ScriptAnalysis, entries: ReadonlyMap<string, number>): ReadonlyMap<string, number> {
  const starts = new Map(entries)
  let byUnknownName = 0
  for (const use of analysis.uses) {
    const { route, type } = armedRoute(use)
    if (route === null) byUnknownName |= type
    else if (type !== 0) starts.set(route, (starts.get(route) ?? 0) | type)
  }
  for (const name of analysis.functions.keys()) {
    const convention = starts.has(name) ? undefined : conventions.find(([pattern]) => pattern.test(name))
    if (convention !== undefined) starts.set(name, convention[1])
  }
  if (byUnknownName !== 0) for (const name of analysis.functions.keys()) starts.set(name, (starts.get(name) ?? 0) | byUnknownName)
  return starts
}
