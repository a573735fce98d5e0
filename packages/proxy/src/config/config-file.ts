import { basename, dirname } from 'node:path'
import { parse, TomlError } from 'smol-toml'
import { coreParameterValue } from '../dns/core-parameters.ts'
import { aliasedValue, parameterAlias, parameterAliases } from '../tm/parameter-aliases.ts'
import { parameterValue, tmParameters, tmParametersFrom } from '../tm/parameters.ts'
import { ConfigError } from './config-error.ts'
import { nearestName, suggestion } from '../nearest-name.ts'
import { findOption, optionKeys, type OptionKey } from './options.ts'
import type { Layer, Setting } from './setting.ts'

export interface ConfigFile {
  readonly layer: Layer
  /** The [tm] table, checked. */
  readonly tm: Readonly<Record<string, number | string>>
  /** The [core] table, checked. */
  readonly core: Readonly<Record<string, number>>
  /** What was accepted but has no effect, each with file and line. */
  readonly warnings: readonly string[]
}

const fileKeys: readonly string[] = [...optionKeys.filter((key) => key !== 'config'), 'tm', 'core']

/** Every name that the [tm] table may have. */
const tmNames = [...tmParameters, ...Array.from(parameterAliases.keys(), (name) => ({ name }))]

/** What the text of the configuration file `path` says. Throws ConfigError with file and line. */
export function parseConfigFile(path: string, text: string): ConfigFile {
  const source = new Source(path, text)
  const layer: Layer = {}
  let tm: Readonly<Record<string, number | string>> = {}
  let core: Readonly<Record<string, number>> = {}
  const warnings: string[] = []
  for (const [key, value] of Object.entries(source.parse())) {
    if (key === 'tm') tm = checkedTogether(source, parameters(source, value, tmTable(source, warnings)))
    else if (key === 'core')
      core = parameters(source, value, { table: 'core', read: (name, given) => [name, coreParameterValue(name, given)] })
    else if (key === 'config' || !isOption(key)) throw source.error(key, unknownKey(key))
    else layer[key] = setting(source, key, value)
  }
  return { layer, tm, core, warnings }
}

/** The file's text, to find out on which line something stands: the parser does not tell. */
class Source {
  readonly folder: string
  readonly #name: string
  readonly #text: string
  readonly #lines: readonly string[]

  constructor(path: string, text: string) {
    this.folder = dirname(path)
    this.#name = basename(path)
    this.#text = text
    this.#lines = text.split('\n')
  }

  parse(): Readonly<Record<string, unknown>> {
    try {
      return parse(this.#text)
    } catch (error) {
      if (!(error instanceof TomlError)) throw error
      const reason = error.message.split('\n', 1)[0].replace(/^Invalid TOML document: /, '')
      throw new ConfigError(`${this.#name}:${error.line}: not valid TOML, ${reason}`)
    }
  }

  error(key: string, reason: string, table?: string): ConfigError {
    return new ConfigError(`${this.place(key, '', table)}: ${reason}`)
  }

  /** `signalbox.toml:3`, of `text` if that can be found at or below the line of `key`. */
  place(key: string, text = '', table?: string): string {
    const start = table === undefined ? 0 : this.#lines.findIndex((line) => line.trim().startsWith(`[${table}]`)) + 1
    const definition = new RegExp(`^\\s*(?:\\[\\s*)?["']?${RegExp.escape(key)}["']?\\s*[=\\].]`)
    const at = this.#lines.findIndex((line, i) => i >= start && definition.test(line))
    const quoted = new RegExp(`["']${RegExp.escape(text)}["']`)
    const below = text === '' ? at : this.#lines.findIndex((line, i) => i >= at && quoted.test(line))
    return `${this.#name}:${Math.max(at, below) + 1}`
  }
}

function isOption(key: string): key is OptionKey {
  return findOption(key) !== undefined
}

function unknownKey(key: string): string {
  const meant = nearestName(key, fileKeys)
  return `unknown key '${key}'; ${meant === null ? `the keys are ${fileKeys.join(', ')}` : `did you mean '${meant}'?`}`
}

function setting(source: Source, key: OptionKey, value: unknown): Setting {
  const option = findOption(key)
  const list = option?.repeatable === true && Array.isArray(value) ? (value as readonly unknown[]) : [value]
  const kind = expectedKind(key)
  for (const item of list) {
    if (!kind.types.includes(typeof item)) throw source.error(key, `'${key}' must be ${kind.text}`)
  }
  return {
    texts: list.map(String),
    origin: { layer: 'file', place: source.place(key) },
    placeOf: (text) => source.place(key, text),
    folder: source.folder,
  }
}

function expectedKind(key: OptionKey): { readonly types: readonly string[]; readonly text: string } {
  const option = findOption(key)
  if (option?.value === '') return { types: ['boolean'], text: 'true or false' }
  if (key === 'workers' || key === 'shutdown-timeout') return { types: ['number'], text: 'a number' }
  if (key === 'log-level') return { types: ['string', 'number'], text: 'the name or number of a level' }
  if (option?.repeatable === true) return { types: ['string'], text: `a list of texts like ["${option.value}"]` }
  return { types: ['string'], text: 'a text in quotes' }
}

interface ParameterTable<V> {
  readonly table: 'tm' | 'core'
  /** Name and value to keep, null to ignore it. Throws an Error that says what is allowed. */
  readonly read: (name: string, value: number | string) => readonly [name: string, value: V] | null
}

/** Kamailio's names, and those of OpenSIPS that mean the same (tm-reference 2.7). */
function tmTable(source: Source, warnings: string[]): ParameterTable<number | string> {
  return {
    table: 'tm',
    read: (name, value) => {
      const alias = parameterAlias(name)
      if (alias === null) {
        if (!tmNames.some((known) => known.name === name))
          throw new ConfigError(`tm has no parameter '${name}'${suggestion(name, tmNames)}`)
        return [name, parameterValue(name, value)]
      }
      if (!('warning' in alias)) return [alias.name, aliased(name, alias.name, aliasedValue(alias, value))]
      warnings.push(`${source.place(name, '', 'tm')}: tm parameter '${name}' ${alias.warning}`)
      return null
    },
  }
}

/** Some parameters are of no use without another one. */
function checkedTogether<T extends Readonly<Record<string, number | string>>>(source: Source, tm: T): T {
  try {
    tmParametersFrom(tm)
    return tm
  } catch (error) {
    const [first = 'tm'] = Object.keys(tm).filter((name) => error instanceof Error && error.message.includes(`'${name}'`))
    throw source.error(first, error instanceof Error ? error.message : String(error), 'tm')
  }
}

/** The refusal speaks of the parameter that the name stands for: it says so. */
function aliased(name: string, meant: string, value: number | string): number | string {
  try {
    return parameterValue(meant, value)
  } catch (error) {
    throw new ConfigError(`'${name}' stands for '${meant}': ${error instanceof Error ? error.message : String(error)}`)
  }
}

function parameters<V>(source: Source, given: unknown, { table, read }: ParameterTable<V>): Readonly<Record<string, V>> {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw source.error(table, `'${table}' must be a table: write [${table}] on a line of its own and the parameters below it`)
  }
  const values: Record<string, V> = {}
  for (const [name, one] of Object.entries(given)) {
    const value: unknown = typeof one === 'boolean' ? Number(one) : one
    if (typeof value !== 'number' && typeof value !== 'string') throw source.error(name, `'${name}' must be a number or a text`, table)
    const kept = readOne(source, read, { name, value, table })
    if (kept === null) continue
    if (kept[0] in values) throw source.error(name, `'${kept[0]}' is given twice, under two names; remove one`, table)
    values[kept[0]] = kept[1]
  }
  return values
}

function readOne<V>(
  source: Source,
  read: ParameterTable<V>['read'],
  { name, value, table }: { readonly name: string; readonly value: number | string; readonly table: string },
): readonly [name: string, value: V] | null {
  try {
    return read(name, value)
  } catch (error) {
    throw source.error(name, error instanceof Error ? error.message : String(error), table)
  }
}
