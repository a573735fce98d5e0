import { SipParseError } from '@signalbox/sip'
import { EventKind } from '../bus/event-kind.ts'
import { emptyFact, NO_SUBJECT } from '../bus/event-bus.ts'
import type { RoutedMessage } from '../forward/routed-message.ts'
import { RouteType } from '../forward/route-type.ts'
import { Counter } from '../metrics/counter-layout.ts'
import type { TransactionUser } from '../tm/transaction-user.ts'
import { createKsr } from './ksr.ts'
import { scriptError } from './script-error.ts'
import { loadScript, type Route, type ScriptConsole, type ScriptGlobals, type ScriptSource, type ScriptVersion } from './script-loader.ts'
import { ScriptScope } from './script-scope.ts'
import type { ScriptServices } from './script-services.ts'
import { AvpStore } from './pv/avp-store.ts'

/**
 * The routing script as the engine sees it: RFC 3261's transaction user. One newest version serves; hooks are kept by name,
 * so a transaction that started under an older version calls the function of that name in the newest one.
 */
export class Script implements TransactionUser {
  readonly #services: ScriptServices
  readonly #scope = new ScriptScope()
  readonly #avps = new AvpStore()
  readonly #globals: ScriptGlobals
  readonly #fact = emptyFact()
  #version: ScriptVersion | null = null
  #versions = 0

  constructor(services: ScriptServices) {
    this.#services = services
    this.#globals = { ksr: createKsr(services, this.#scope, this.#avps), console: scriptConsole(services) }
  }

  /** The version that serves. Throws before the first load. */
  get version(): ScriptVersion {
    if (this.#version === null) throw new Error('no routing script has been loaded')
    return this.#version
  }

  get hasReplyRoute(): boolean {
    return this.#version?.replyRoute != null
  }

  /** Compiles `source` and lets it serve from the next message on. Throws ScriptError; the old version keeps serving then. */
  load(source: ScriptSource): ScriptVersion {
    const version = loadScript(source, this.#globals, this.#versions + 1, this.#services.clock.wall())
    this.#versions++
    this.#version = version
    for (const warning of version.warnings) this.#services.log.warn(warning)
    return version
  }

  /** Runs ksr_request_route. False: the script failed and somebody else has to answer. */
  request(m: RoutedMessage): boolean {
    this.#begin()
    const ok = this.#run(this.version.requestRoute, 'ksr_request_route', m, RouteType.REQUEST)
    this.#avps.end(m)
    return ok
  }

  /** Runs ksr_reply_route, before the transaction is looked up. False: the reply is to be dropped. */
  reply(m: RoutedMessage): boolean {
    const route = this.version.replyRoute
    if (route === null) return true
    this.#begin()
    m.dropped = false
    this.#run(route, 'ksr_reply_route', m, RouteType.CORE_ONREPLY)
    this.#avps.end(m)
    return !m.dropped
  }

  branchRoute(name: string, m: RoutedMessage): boolean {
    return this.#undropped(name, m, RouteType.BRANCH)
  }

  replyRoute(name: string, m: RoutedMessage): boolean {
    this.#begin()
    return this.#undropped(name, m, RouteType.TM_ONREPLY)
  }

  failureRoute(name: string, m: RoutedMessage): void {
    this.#begin()
    this.#named(name, m, RouteType.FAILURE)
  }

  branchFailureRoute(name: string, m: RoutedMessage): void {
    this.#begin()
    this.#named(name, m, RouteType.BRANCH_FAILURE)
  }

  #begin(): void {
    this.#scope.serial++
    this.#scope.received = ''
  }

  /** False when the route has asked to drop what it ran for; the drop mark of an outer route stays as it was. */
  #undropped(name: string, m: RoutedMessage, type: number): boolean {
    const outer = m.dropped
    m.dropped = false
    this.#named(name, m, type)
    const dropped = m.dropped
    m.dropped = outer
    return !dropped
  }

  #named(name: string, m: RoutedMessage, type: number): void {
    const route = this.version.route(name)
    if (route === null) {
      this.#services.counters[Counter.scriptErrors]++
      this.#services.log.error(`${this.version.file}: there is no function ${name}(), which a transaction was told to call`)
      return
    }
    if (this.#scope.running) {
      this.#run(route, name, m, type)
      return
    }
    this.#avps.attach(m)
    this.#run(route, name, m, type)
    this.#avps.end(m)
  }

  #run(route: Route, name: string, m: RoutedMessage, type: number): boolean {
    const { bus } = this.#services
    const outer = m.routeType
    m.routeType = type
    if (bus.on) this.#emit(EventKind['script-enter'], name, m)
    try {
      this.#scope.run(route, m)
      return true
    } catch (error) {
      if (error instanceof SipParseError) return this.#refuse(m, error)
      this.#fail(name, m, error)
      return false
    } finally {
      if (bus.on) this.#emit(EventKind['script-exit'], name, m)
      m.routeType = outer
    }
  }

  /** A header that the script asked for is malformed: the sender's fault, not the script's. */
  #refuse(m: RoutedMessage, error: SipParseError): boolean {
    const { sl, log } = this.#services
    log.debug(`malformed message: ${error.message}`)
    if (m.routeType === RouteType.REQUEST && !m.answered) sl.reply(m, error.status, `Bad Request (${error.rule})`)
    return true
  }

  #fail(name: string, m: RoutedMessage, thrown: unknown): void {
    const { counters, log, bus } = this.#services
    const error = scriptError(this.version.file, thrown)
    counters[Counter.scriptErrors]++
    log.error(`${error.message} (in ${name})`)
    if (bus.on) this.#emit(EventKind['script-error'], error.message, m)
  }

  #emit(kind: number, text: string, m: RoutedMessage): void {
    this.#fact.text = text
    this.#services.bus.emit(kind, m.cell ?? NO_SUBJECT, m.branch, this.#fact)
  }
}

function scriptConsole(services: ScriptServices): ScriptConsole {
  const { log } = services
  return Object.freeze({
    debug: (...values: unknown[]) => log.debug(values.join(' ')),
    log: (...values: unknown[]) => log.info(values.join(' ')),
    info: (...values: unknown[]) => log.info(values.join(' ')),
    warn: (...values: unknown[]) => log.warn(values.join(' ')),
    error: (...values: unknown[]) => log.error(values.join(' ')),
  })
}
