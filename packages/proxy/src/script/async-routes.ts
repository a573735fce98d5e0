import { AsyncLocalStorage } from 'node:async_hooks'
import { detached } from '../forward/detached-message.ts'
import { RoutedMessage } from '../forward/routed-message.ts'
import { RouteType } from '../forward/route-type.ts'
import type { TransactionApi } from '../tm/transaction-api.ts'
import { routeNamesOf } from './allowed-routes.ts'
import type { AvpStore } from './pv/avp-store.ts'
import type { Route, ScriptRealm } from './script-realm.ts'
import type { Continuations, ScriptScope } from './script-scope.ts'

/** An asynchronous function of the script that is to be called. */
export interface AsyncCall {
  readonly route: Route
  readonly realm: ScriptRealm
  readonly name: string
  readonly event: string
}

/** How a run of an asynchronous route ended. */
export interface RunEnd {
  readonly name: string
  readonly m: RoutedMessage
  /** What it threw; undefined when it returned. */
  readonly error: unknown
  readonly failed: boolean
}

/** What asynchronous routes need. */
export interface AsyncSurroundings {
  readonly tm: Pick<TransactionApi, 'suspend' | 'resumeHeld' | 'endHeld' | 'holdReply' | 'isHeld' | 'endReply' | 'reply'>
  readonly scope: ScriptScope
  readonly avps: AvpStore
  /** Brackets what runs outside of a message's own turn: timers, output. */
  readonly turn: (work: () => void) => void
  /** Told when a run has failed, before its transaction is closed. */
  readonly failed: (end: RunEnd) => void
}

/** 'running' in the engine's own call; 'waiting' between two stretches; 'woken' in a later stretch; 'over': nothing is left to do. */
type Phase = 'running' | 'waiting' | 'woken' | 'over'

/** One run of an asynchronous route, from its call to its last line. */
class Run {
  readonly realm: ScriptRealm
  readonly name: string
  readonly type: number
  m: RoutedMessage
  phase: Phase = 'running'
  /** It has called KSR.x.exit(), or it is lost. */
  exiting = false
  /** What it waited for has ended without it: CANCEL, time-out. */
  lost = false
  settled = false
  failed = false
  error: unknown = undefined
  /** What its wait holds back. */
  holds: 'nothing' | 'request' | 'reply' = 'nothing'
  /** The transaction that it waits for, or that its copy of a message belongs to. */
  transaction: { readonly index: number; readonly label: number } | null = null

  constructor(realm: ScriptRealm, name: string, m: RoutedMessage) {
    this.realm = realm
    this.name = name
    this.type = m.routeType
    this.m = m
  }
}

/** The message of a run while its transaction keeps it. */
const NOWHERE = new RoutedMessage()

/** What may be held while a route waits (tm-reference 10). */
const HOLDING = RouteType.REQUEST | RouteType.FAILURE

/**
 * Routes with `await` in them. Up to the first `await` they run like any other. If they wait then, the transaction is suspended
 * (or the reply held back), and every later stretch works on the message that was kept.
 */
export class AsyncRoutes implements Continuations {
  readonly #surroundings: AsyncSurroundings
  readonly #runs = new AsyncLocalStorage<Run>()
  /** Runs that something happened to since the engine last looked. */
  readonly #touched = new Set<Run>()
  #selected: Run | null = null

  constructor(surroundings: AsyncSurroundings) {
    this.#surroundings = surroundings
    surroundings.scope.attach(this)
  }

  /** Calls the route. The run's end when it came without waiting, null when the route goes on later. */
  start({ route, realm, name, event }: AsyncCall, m: RoutedMessage): RunEnd | null {
    const { scope } = this.#surroundings
    const run = new Run(realm, name, m)
    const outer = this.#selected
    this.#selected = run
    scope.runDetached(() => {
      this.#runs.run(run, () => this.#watch(run, route, event))
      realm.drain()
    })
    this.#selected = outer
    this.#touched.delete(run)
    if (run.settled) run.phase = 'over'
    else this.#wait(run)
    return run.settled || run.failed ? endOf(run) : null
  }

  #watch(run: Run, route: Route, event: string): void {
    const returned = (): void => this.#settle(run, false, undefined)
    const threw = (error: unknown): void => this.#settle(run, true, error)
    run.realm.watch(route.call, event, returned, threw)
  }

  message(exit: Error): RoutedMessage | null {
    const run = this.#runs.getStore()
    if (run === undefined) return null
    if (run.phase === 'waiting') this.#wake(run)
    if (run.exiting || run.phase === 'over') throw exit
    if (run !== this.#selected) this.#select(run)
    return run.m
  }

  get running(): boolean {
    return this.#selected !== null
  }

  exit(): void {
    const run = this.#runs.getStore()
    if (run !== undefined) run.exiting = true
  }

  /**
   * A promise for the script; `begin` gets the function that keeps it, to be called once, from outside of any turn. Throws outside
   * of asynchronous routes: nobody could wait for it.
   */
  promise(name: string, begin: (keep: (value: unknown) => void) => void): Promise<unknown> {
    const run = this.#runs.getStore()
    if (run === undefined) throw new TypeError(`KSR.${name} must be awaited, so the route that calls it must be async`)
    const { realm } = run
    const { promise, resolve } = realm.awaitable()
    begin((value) => this.#surroundings.turn(() => this.#continue(realm, () => resolve(value))))
    return promise
  }

  /** Lets waiting code go on, then sees to what became of the runs that it belongs to. */
  #continue(realm: ScriptRealm, keep: () => void): void {
    this.#surroundings.scope.runDetached(() => {
      keep()
      realm.drain()
    })
    for (const run of this.#touched) this.#rest(run)
    this.#touched.clear()
    this.#select(null)
  }

  #settle(run: Run, failed: boolean, error: unknown): void {
    run.settled = true
    run.failed = failed && !run.exiting
    run.error = error
    this.#touched.add(run)
  }

  /** The message of `run` becomes the one at hand. */
  #select(run: Run | null): void {
    const { avps, scope } = this.#surroundings
    if (this.#selected !== null) avps.end(this.#selected.m)
    this.#selected = run
    scope.serial++
    scope.received = ''
    if (run !== null) avps.attach(run.m)
  }

  /** The first stretch is over and the route waits. */
  #wait(run: Run): void {
    if ((run.type & (HOLDING | RouteType.TM_ONREPLY)) === 0) {
      run.phase = 'over'
      run.failed = true
      run.error = new TypeError(`a ${routeNamesOf(run.type)} route cannot wait: its await would come back too late`)
      return
    }
    run.phase = 'waiting'
    if (run.type !== RouteType.TM_ONREPLY) this.#hold(run)
    else {
      const held = this.#surroundings.tm.holdReply(run.m)
      if (held !== null) run.holds = 'reply'
      run.m = held ?? detached(run.m)
    }
  }

  /** What has been answered or relayed is nobody's to wait for: then the rest of the route only looks on, with a copy. */
  #hold(run: Run): void {
    const { m } = run
    run.holds = !m.answered && this.#surroundings.tm.suspend(m) > 0 ? 'request' : 'nothing'
    run.transaction = m.cell === null ? null : { index: m.cell.index, label: m.cell.label }
    run.m = run.holds === 'nothing' ? detached(m) : NOWHERE
  }

  /** A later stretch begins to work with its message. */
  #wake(run: Run): void {
    const { tm } = this.#surroundings
    run.phase = 'woken'
    this.#touched.add(run)
    if (run.holds === 'reply') run.lost = !tm.isHeld(run.m)
    else if (run.transaction !== null) this.#wakeRequest(run, run.transaction)
    run.exiting ||= run.lost
    run.m.routeType = run.type
  }

  #wakeRequest(run: Run, transaction: { readonly index: number; readonly label: number }): void {
    const { cell } = run.m
    const held = run.holds === 'request' ? this.#surroundings.tm.resumeHeld(transaction.index, transaction.label) : null
    if (held !== null) run.m = held
    // A cancelled or timed-out wait, or a transaction that has gone meanwhile: there is nothing to work on any more.
    else if (run.holds === 'request' || cell?.label !== transaction.label) run.lost = true
  }

  /** A stretch is over: the route waits again, or it has ended. */
  #rest(run: Run): void {
    if (run.phase === 'over') return
    if (run.phase === 'waiting') this.#wake(run)
    if (this.#selected === run) this.#select(null)
    run.phase = run.settled ? 'over' : 'waiting'
    if (run.settled && run.failed) this.#fail(run)
    if (run.lost) return
    if (run.holds === 'reply') {
      if (run.settled) this.#surroundings.tm.endReply(run.m)
    } else if (run.holds === 'request') this.#restRequest(run)
  }

  #fail(run: Run): void {
    const { tm, failed } = this.#surroundings
    failed(endOf(run))
    if (run.holds === 'request' && !run.lost && !run.m.answered) tm.reply(run.m, 500, 'Server Internal Error')
  }

  #restRequest(run: Run): void {
    const { m } = run
    if (run.settled) run.holds = 'nothing'
    else this.#hold(run)
    this.#surroundings.tm.endHeld(m)
  }
}

function endOf({ name, m, error, failed }: Run): RunEnd {
  return { name, m, error, failed }
}
