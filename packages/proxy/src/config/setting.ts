import type { Origin } from './config.ts'
import type { OptionKey } from './options.ts'

/** What one layer says about one option: text as it was written, in a list. */
export interface Setting {
  readonly texts: readonly string[]
  readonly origin: Origin
  /** Where one of the texts stands, when that is known better than by `origin`. */
  readonly placeOf?: (text: string) => string
  /** The folder that a relative path in it starts from. */
  readonly folder: string
}

export type Layer = Partial<Record<OptionKey, Setting>>

/** How an error message names a setting: `--listen udp:1`, `SIGNALBOX_LISTEN=udp:1` or `signalbox.toml:3: listen "udp:1"`. */
export function nameSetting(key: OptionKey, setting: Setting, text: string): string {
  const { layer, place } = setting.origin
  if (layer === 'environment') return `${place}=${text}`
  if (layer === 'file') return `${setting.placeOf?.(text) ?? place}: ${key} ${JSON.stringify(text)}`
  return text === '' ? place : `${place} ${text}`
}
