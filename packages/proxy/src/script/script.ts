import { SipParseError } from '@signalbox/sip'
import { EventKind } from '../bus/event-kind.ts'
import { emptyFact, NO_SUBJECT } from '../bus/event-bus.ts'
import type { RoutedMessage } from '../forward/routed-message.ts'
import { RouteType } from '../forward/route-type.ts'
import { Counter } from '../metrics/counter-layout.ts'
import type { TransactionUser } from '../tm/transaction-user.ts'
import type { Destination } from '../transport/transport.ts'
import { MAY_WAIT } from './allowed-routes.ts'
import { AsyncRoutes, type RunEnd } from './async-routes.ts'
import { createKsr } from './ksr.ts'
import { AvpStore } from './pv/avp-store.ts'
import { eventEntries, eventRoute, hooksOf } from './event-routes.ts'
import { scriptError } from './script-error.ts'
import { loadScript, type ScriptSource, type ScriptVersion } from './script-loader.ts'
import type { Route, ScriptConsole, ScriptGlobals } from './script-realm.ts'
import { ScriptScope } from './script-scope.ts'
import type { ScriptServices } from './script-services.ts'

/** A function of the script that is about to be called. */
interface Call {
  readonly route: Route
  /** Of the function, for messages. */
  readonly name: string
  readonly type: number
  /** The name of the event, for event routes. */
  readonly event: string
}

/**
 * The routing script as the engine sees it: RFC 3261's transaction user. One newest version serves; hooks are kept by name,
 * so a transaction that started under an older version calls the function of that name in the newest one.
 */
export class Script implements TransactionUser {
  readonly #services: ScriptServices
  readonly #scope = new ScriptScope()
  readonly #avps = new AvpStore()
  readonly #async: AsyncRoutes
  readonly #globals: ScriptGlobals
  readonly #fact = emptyFact()
  #version: ScriptVersion | null = null
  /** Of the version that serves. */
  #requestCall: Call | null = null
  #versions = 0
  #hooks = 0

  constructor(services: ScriptServices) {
    const { tm, turn, settings, clock, after, params } = services
    const scope = this.#scope
    const avps = this.#avps
    this.#services = services
    const failed = ({ name, m, error }: RunEnd): void => this.#fail(name, m, error)
    const passed = (end: RunEnd): void => this.#passed(end)
    const passageLimit = { now: () => clock.now(), after, longest: () => params.fr_timer }
    this.#async = new AsyncRoutes({ tm, turn, scope, avps, settings, failed, passed, passageLimit })
    this.#globals = { ksr: createKsr(services, { scope, avps, asyncRoutes: this.#async }), console: scriptConsole(services) }
  }

  /** The version that serves. Throws before the first load. */
  get version(): ScriptVersion {
    if (this.#version === null) throw new Error('no routing script has been loaded')
    return this.#version
  }

  get hasReplyRoute(): boolean {
    return this.#version?.replyRoute != null
  }

  get hooks(): number {
    return this.#hooks
  }

  /** Compiles `source` and lets it serve from the next message on. Throws ScriptError; the old version keeps serving then. */
  load(source: ScriptSource): ScriptVersion {
    const version = this.prepare(source)
    this.serve(version)
    return version
  }

  /** Compiles `source` and runs its top level, for `serve`. Throws ScriptError. */
  prepare(source: ScriptSource): ScriptVersion {
    return loadScript(source, {
      globals: this.#globals,
      entries: eventEntries(this.#services.params),
      version: this.#versions + 1,
      loadedAt: this.#services.clock.wall(),
    })
  }

  serve(version: ScriptVersion): void {
    this.#versions = version.version
    this.#version = version
    this.#requestCall = { route: version.requestRoute, name: 'ksr_request_route', type: RouteType.REQUEST, event: '' }
    this.#hooks = hooksOf(version, this.#services.params)
    for (const warning of version.warnings) this.#services.log.warn(warning)
  }

  /** Runs ksr_request_route. False: the script failed and somebody else has to answer. */
  request(m: RoutedMessage): boolean {
    this.#begin()
    try {
      return this.#requestCall !== null && this.#run(this.#requestCall, m)
    } finally {
      this.#end(m)
      this.#async.settle(this.version.realm)
    }
  }

  /** Runs ksr_reply_route, before the transaction is looked up. False: the reply is to be dropped, or its route waits. */
  reply(m: RoutedMessage): boolean {
    const route = this.version.replyRoute
    return route === null || this.#general({ route, name: 'ksr_reply_route', type: RouteType.CORE_ONREPLY, event: '' }, m)
  }

  /** on_sl_reply (tm-reference 2.6): a reply that belongs to no transaction. False: it is not to be forwarded, or its route waits. */
  strayReply(m: RoutedMessage): boolean {
    const name = this.#services.params.on_sl_reply
    if (name === '') return true
    const route = this.#find(name)
    return route === null || this.#general({ route, name, type: RouteType.CORE_ONREPLY, event: 'on_sl_reply' }, m)
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

  /** The function of that name; without one, event_callback with the name of the event. */
  branchFailureRoute(name: string, m: RoutedMessage): void {
    this.#begin()
    const callback = this.#services.params.event_callback
    const route = callback === '' || this.version.route(name) !== null ? null : this.#find(callback)
    if (route === null) this.#named(name, m, RouteType.BRANCH_FAILURE)
    else this.#nested({ route, name: callback, type: RouteType.BRANCH_FAILURE, event: `tm:branch-failure:${name}` }, m)
  }

  onsendRoute(m: RoutedMessage, to: Destination): boolean {
    const route = this.version.onsendRoute
    if (route === null) return true
    const outer = this.#scope.sentTo
    this.#scope.sentTo = to
    const kept = this.#kept({ route, name: 'ksr_onsend_route', type: RouteType.ONSEND, event: '' }, m)
    this.#scope.sentTo = outer
    return kept
  }

  event(hook: number, m: RoutedMessage): boolean {
    const { event, callback, type } = eventRoute(hook, this.#services.params)
    const route = callback === '' ? null : this.#find(callback)
    return route === null || this.#kept({ route, name: callback, type, event }, m)
  }

  /** A promise that nobody waits for was rejected: a mistake in the script, found late. */
  rejected(reason: unknown): void {
    const error = scriptError(this.#version?.file ?? '', reason)
    this.#services.counters[Counter.scriptErrors]++
    this.#services.log.error(`${error.message} (in a promise that nobody waits for)`)
  }

  /** The end of the request script (tm-reference 4). */
  unanswered({ message }: RoutedMessage): void {
    const { log } = this.#services
    const request = message.text(message.methodStart, message.methodEnd)
    const callId = message.text(message.callIdStart, message.callIdEnd)
    log.warn(`the script neither answered nor relayed nor released the transaction that it had made for ${request} (Call-ID ${callId})`)
  }

  /** exec_time_check (tm-reference 2.1). Until it returns, nothing else happens in its SIP thread. */
  slow(what: string, ms: number): void {
    this.#services.log.warn(`${what} took ${Math.round(ms)} ms, more than exec_time_check (${this.#services.params.exec_time_check} ms)`)
  }

  #begin(): void {
    this.#scope.serial++
    this.#scope.received = ''
  }

  /** The outermost route is over. */
  #end(m: RoutedMessage): void {
    this.#avps.end(m)
    this.#services.settings.end()
  }

  /** A route for replies that nothing else has looked at. False: it drops the reply, or returns 0. */
  #general(call: Call, m: RoutedMessage): boolean {
    this.#begin()
    m.dropped = false
    try {
      const result = this.#result(call, m)
      return result !== WAITS && passes(call.event, m, result)
    } finally {
      this.#end(m)
      this.#async.settle(this.version.realm)
    }
  }

  /** The same when the route has waited meanwhile. */
  #passed({ event, m, value }: RunEnd): void {
    const { heldReplies } = this.#services
    if (!passes(event, m, value)) return
    if (event === '') heldReplies.passReply(m)
    else heldReplies.passStray(m)
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

  #kept(call: Call, m: RoutedMessage): boolean {
    const outer = m.dropped
    this.#scope.serial++
    m.dropped = false
    this.#nested(call, m)
    const dropped = m.dropped
    m.dropped = outer
    return !dropped
  }

  #named(name: string, m: RoutedMessage, type: number): void {
    const route = this.#find(name)
    if (route !== null) this.#nested({ route, name, type, event: '' }, m)
  }

  #find(name: string): Route | null {
    const route = this.version.route(name)
    if (route !== null) return route
    this.#services.counters[Counter.scriptErrors]++
    this.#services.log.error(`${this.version.file}: there is no function ${name}(), which a transaction was told to call`)
    return null
  }

  /** With the AVPs of the transaction, unless a route runs already: then it shares them. */
  #nested(call: Call, m: RoutedMessage): void {
    if (this.#scope.running) {
      this.#run(call, m)
      return
    }
    this.#avps.attach(m)
    try {
      this.#run(call, m)
    } finally {
      this.#end(m)
    }
    if ((call.type & MAY_WAIT) !== 0) this.#async.settle(this.version.realm)
  }

  /** False: the script failed. */
  #run(call: Call, m: RoutedMessage): boolean {
    return this.#result(call, m) !== FAILED
  }

  /** What the route returned, or FAILED. */
  #result(call: Call, m: RoutedMessage): unknown {
    const { clock, params } = this.#services
    const { name } = call
    const outer = m.routeType
    m.routeType = call.type
    const timed = params.exec_time_check !== 0 && (call.type & OF_TRANSACTIONS) !== 0
    const begun = timed ? clock.now() : 0
    if (isRecorded(m)) this.#emit(EventKind['script-enter'], name, m)
    try {
      return call.route.isAsync ? this.#start(call, m) : this.#finished(name, this.#scope.run(call.route.call, m, call.event))
    } catch (error) {
      if (error instanceof SipParseError) return this.#refuse(m, error)
      this.#fail(name, m, error)
      return FAILED
    } finally {
      if (isRecorded(m)) this.#emit(EventKind['script-exit'], name, m)
      if (timed && clock.now() - begun > params.exec_time_check) this.slow(name, clock.now() - begun)
      m.routeType = outer
    }
  }

  /** An asynchronous route, up to where it waits. */
  #start({ route, name, event }: Call, m: RoutedMessage): unknown {
    const end = this.#async.start({ route, realm: this.version.realm, name, event }, m)
    if (end === null) return WAITS
    if (end.failed) throw end.error
    return end.value
  }

  /** A route that returns a promise expects to be waited for, but then it must say so. */
  #finished(name: string, result: unknown): unknown {
    if (typeof result !== 'object' || result === null || !('then' in result)) return result
    throw new TypeError(`${name}() returns a promise: declare it as an async function, so that it can be waited for`)
  }

  /** A header that the script asked for is malformed: the sender's fault, not the script's. */
  #refuse(m: RoutedMessage, error: SipParseError): undefined {
    const { sl, log } = this.#services
    log.debug(`malformed message: ${error.message}`)
    if (m.routeType !== RouteType.REQUEST || m.answered) return
    // What the script wanted to add may be what was too long.
    m.replyHeaders = ''
    sl.reply(m, error.status, `Bad Request (${error.rule})`)
  }

  #fail(name: string, m: RoutedMessage, thrown: unknown): void {
    const { counters, log, bus } = this.#services
    const error = scriptError(this.version.file, thrown)
    counters[Counter.scriptErrors]++
    log.error(`${error.message} (in ${name})`)
    if (isRecorded(m) || bus.notable()) this.#emit(EventKind['script-error'], error.message, m)
  }

  #emit(kind: number, text: string, m: RoutedMessage): void {
    this.#fact.text = text
    this.#services.bus.emit(kind, m.cell ?? NO_SUBJECT, m.branch, this.#fact)
  }
}

/** Routes that a transaction calls. */
const OF_TRANSACTIONS = ~(RouteType.REQUEST | RouteType.CORE_ONREPLY)

function isRecorded(m: RoutedMessage): boolean {
  return m.cell === null ? m.recorded : m.cell.recorded
}

/** The result of a route that has failed, and of one that goes on later. */
const FAILED = Symbol('failed')
const WAITS = Symbol('waits')

/** A route for replies lets them pass unless it drops them; the one for those of no transaction also stops them by returning 0. */
function passes(event: string, { dropped }: RoutedMessage, result: unknown): boolean {
  return !dropped && !(event !== '' && result === 0)
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
