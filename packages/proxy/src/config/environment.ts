import { ConfigError } from './config-error.ts'
import { nearestName } from '../nearest-name.ts'
import { environmentName, findOption, optionKeys } from './options.ts'
import type { Layer } from './setting.ts'

export type Environment = Readonly<Record<string, string | undefined>>

const PREFIX = 'SIGNALBOX_'

/**
 * What the variables SIGNALBOX_* say; lists are separated by commas, an empty variable says nothing. A variable that looks
 * like a misspelt one is refused; others with the prefix belong to somebody else. Throws ConfigError.
 */
export function parseEnvironment(environment: Environment, folder: string): Layer {
  const layer: Layer = {}
  const known = new Map(optionKeys.map((key) => [environmentName(key), key]))
  for (const [name, value] of Object.entries(environment)) {
    if (!name.startsWith(PREFIX) || value === undefined || value === '') continue
    const key = known.get(name)
    if (key === undefined) {
      refuseMisspelt(name, [...known.keys()])
      continue
    }
    const texts = findOption(key)?.repeatable === true ? splitList(value) : [value]
    layer[key] = { texts, origin: { layer: 'environment', place: name }, folder }
  }
  return layer
}

function splitList(value: string): readonly string[] {
  const texts = value.split(',').map((text) => text.trim())
  return texts.filter((text) => text !== '')
}

function refuseMisspelt(name: string, known: readonly string[]): void {
  const meant = nearestName(
    name.slice(PREFIX.length),
    known.map((candidate) => candidate.slice(PREFIX.length)),
  )
  if (meant !== null) throw new ConfigError(`unknown environment variable ${name}; did you mean ${PREFIX}${meant}?`)
}
