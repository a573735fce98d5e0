import { ConfigError } from './config-error.ts'
import { nearestName } from '../nearest-name.ts'
import { findOption, optionKeys, type Option, type OptionKey } from './options.ts'
import type { Layer } from './setting.ts'

export interface CommandLine {
  readonly help: boolean
  readonly version: boolean
  readonly layer: Layer
}

const flags: readonly string[] = [...optionKeys, 'version', 'help'].map((key) => `--${key}`)

/** What the arguments say. A flag given twice: the last one counts, unless it is repeatable. Throws ConfigError. */
export function parseCommandLine(args: readonly string[], folder: string): CommandLine {
  if (args.includes('--help') || args.includes('-h')) return { help: true, version: false, layer: {} }
  if (args.includes('--version')) return { help: false, version: true, layer: {} }
  const layer: Layer = {}
  for (let at = 0; at < args.length;) {
    const [name, inline] = splitFlag(args[at])
    const option = optionOf(name)
    const separate = inline === undefined && option.value !== ''
    const text = separate ? nextValue(args.at(at + 1), name, option) : (inline ?? 'true')
    at += separate ? 2 : 1
    const before = option.repeatable === true ? (layer[option.key]?.texts ?? []) : []
    layer[option.key] = { texts: [...before, text], origin: { layer: 'flag', place: name }, folder }
  }
  return { help: false, version: false, layer }
}

function nextValue(text: string | undefined, name: string, option: Option): string {
  if (text !== undefined && !flags.includes(text)) return text
  throw new ConfigError(`${name} needs a value; write ${name} ${option.value}`)
}

function splitFlag(arg: string): readonly [name: string, inline: string | undefined] {
  const equals = arg.startsWith('--') ? arg.indexOf('=') : -1
  return equals < 0 ? [arg, undefined] : [arg.slice(0, equals), arg.slice(equals + 1)]
}

function optionOf(name: string): Option & { readonly key: OptionKey } {
  const option = name.startsWith('--') ? findOption(name.slice(2)) : undefined
  if (option !== undefined) return option
  const meant = nearestName(name, flags)
  const kind = name.startsWith('-') ? 'unknown flag' : 'unexpected argument'
  throw new ConfigError(`${kind} ${name}; ${meant === null ? '' : `did you mean ${meant}? `}--help lists all flags`)
}
