import type { RoutedMessage } from '../forward/routed-message.ts'
import { allowedRoutes, ANYWHERE, wrongRoute } from './allowed-routes.ts'
import type { AsyncRoutes } from './async-routes.ts'
import type { KsrFunction, KsrModule } from './ksr-module.ts'
import type { AvpStore } from './pv/avp-store.ts'
import type { PvValue } from './pv/pv-value.ts'
import type { ScriptScope } from './script-scope.ts'
import type { ScriptServices } from './script-services.ts'
import { RequestUriView, UriView } from './uri-view.ts'

/** What the running script works on. */
export interface ScriptState {
  readonly scope: ScriptScope
  readonly avps: AvpStore
  readonly asyncRoutes: AsyncRoutes
}

/** A function that works on the message at hand, which comes before the script's own arguments. */
export type MessageFunction = (m: RoutedMessage, ...args: never[]) => unknown

/** What the KSR modules work with: the services of the engine and the message at hand. One per engine. */
export class KsrEnvironment {
  readonly services: ScriptServices
  readonly scope: ScriptScope
  readonly avps: AvpStore
  readonly asyncRoutes: AsyncRoutes
  /** $var: kept as long as the engine runs. */
  readonly vars = new Map<string, PvValue>()
  /** For any URI given as text; overwritten by the next one. */
  readonly scratch = new UriView()
  readonly #requestUri = new RequestUriView()

  constructor(services: ScriptServices, state: ScriptState) {
    this.services = services
    this.scope = state.scope
    this.avps = state.avps
    this.asyncRoutes = state.asyncRoutes
  }

  current(): RoutedMessage {
    return this.scope.current()
  }

  /** The Request-URI ($ru) of the message at hand. */
  requestUri(): UriView {
    return this.#requestUri.of(this.scope.current(), this.scope.serial)
  }

  /** KSR functions that give their message to `functions`, and refuse to work in routes that may not call them (allowed-routes.ts). */
  onMessage(module: string, functions: Readonly<Record<string, MessageFunction>>): KsrModule {
    return Object.fromEntries(Object.entries(functions).map(([name, body]) => [name, this.#guarded(`${module}.${name}`, body)]))
  }

  #guarded(name: string, body: MessageFunction): KsrFunction {
    const mask = allowedRoutes(name)
    const message = mask === ANYWHERE ? () => this.scope.current() : () => this.#allowed(name, mask)
    return (...args: never[]) => (args.length === 0 ? body(message()) : body(message(), ...args))
  }

  #allowed(name: string, mask: number): RoutedMessage {
    const m = this.scope.current()
    if ((m.routeType & mask) === 0) throw new TypeError(wrongRoute(name, m.routeType))
    return m
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
