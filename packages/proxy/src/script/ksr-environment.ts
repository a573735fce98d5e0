import type { RoutedMessage } from '../forward/routed-message.ts'
import type { AvpStore } from './pv/avp-store.ts'
import type { ScriptScope } from './script-scope.ts'
import type { ScriptServices } from './script-services.ts'
import { RequestUriView, UriView } from './uri-view.ts'

/** What the KSR modules work with: the services of the engine and the message at hand. One per engine. */
export class KsrEnvironment {
  readonly services: ScriptServices
  readonly scope: ScriptScope
  readonly avps: AvpStore
  /** For any URI given as text; overwritten by the next one. */
  readonly scratch = new UriView()
  readonly #requestUri = new RequestUriView()

  constructor(services: ScriptServices, scope: ScriptScope, avps: AvpStore) {
    this.services = services
    this.scope = scope
    this.avps = avps
  }

  current(): RoutedMessage {
    return this.scope.current()
  }

  /** The Request-URI ($ru) of the message at hand. */
  requestUri(): UriView {
    return this.#requestUri.of(this.scope.current(), this.scope.serial)
  }

  uri(text: string): UriView {
    this.scratch.readText(text)
    return this.scratch
  }
}

/** A string argument of a KSR function; numbers are taken as their text, anything else is a mistake of the script. */
export function textArgument(value: unknown, name: string): string {
  if (typeof value === 'string') return value
  if (typeof value === 'number') return String(value)
  throw new TypeError(`KSR.${name} wants a string, not ${value === null ? 'null' : typeof value}`)
}

/** An integer argument; numeric strings are taken as their number. */
export function numberArgument(value: unknown, name: string): number {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  if (typeof number === 'number' && Number.isInteger(number)) return number
  throw new TypeError(`KSR.${name} wants an integer, not ${JSON.stringify(value) ?? typeof value}`)
}
