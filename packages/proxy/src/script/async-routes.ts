import { AsyncLocalStorage } from 'node:async_hooks'
import { detached } from '../forward/detached-message.ts'
import { RoutedMessage } from '../forward/routed-message.ts'
import { RouteType } from '../forward/route-type.ts'
import { TmError } from '../tm/tm-error.ts'
import type { TransactionApi } from '../tm/transaction-api.ts'
import { MAY_WAIT, routeNamesOf } from './allowed-routes.ts'
import type { AvpStore, StoredValues } from './pv/avp-store.ts'
import type { Route, ScriptRealm } from './script-realm.ts'
import type { Continuations, ScriptScope } from './script-scope.ts'
import type { SettingsSelection } from './script-services.ts'
import { WaitLimit, type WaitLimitWorld } from './wait-limit.ts'

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
  readonly event: string
  readonly m: RoutedMessage
  /** What it returned. */
  readonly value: unknown
  /** What it threw; undefined when it returned. */
  readonly error: unknown
  readonly failed: boolean
}

/** What asynchronous routes need. */
export interface AsyncSurroundings {
  readonly tm: Pick<TransactionApi, 'suspend' | 'resumeHeld' | 'endHeld' | 'holdReply' | 'isHeld' | 'endReply' | 'reply'>
  readonly scope: ScriptScope
  readonly avps: AvpStore
  readonly settings: SettingsSelection
  /** Brackets what runs outside of a message's own turn: timers, output. */
  readonly turn: (work: () => void) => void
  /** Told when a run has failed, before its transaction is closed. */
  readonly failed: (end: RunEnd) => void
  /** Told when a route for replies of any transaction, or of none, has ended after it has waited. */
  readonly passed: (end: RunEnd) => void
  /** How long such a route may hold its reply back. */
  readonly passageLimit: WaitLimitWorld
}

/** 'running' in the engine's own call; 'waiting' between two stretches; 'woken' in a later stretch; 'over': nothing is left to do. */
type Phase = 'running' | 'waiting' | 'woken' | 'over'

/** A transaction, and which of its waits is meant. */
interface AwaitedTransaction {
  readonly index: number
  readonly label: number
  readonly suspendedBranch: number
}

/** One run of an asynchronous route, from its call to its last line. */
class Run {
  readonly realm: ScriptRealm
  readonly name: string
  readonly event: string
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
  value: unknown = undefined
  /** What its wait holds back: the transaction, one branch of it, or a reply that has not met its transaction yet. */
  holds: 'nothing' | 'request' | 'branch' | 'passage' = 'nothing'
  /** Its AVPs, while another run is at work and there is no transaction that could keep them. */
  avps: StoredValues | null = null
  /** The transaction that it waits for, or that its copy of a message belongs to. */
  transaction: AwaitedTransaction | null = null

  constructor({ realm, name, event }: AsyncCall, m: RoutedMessage) {
    this.realm = realm
    this.name = name
    this.event = event
    this.type = m.routeType
    this.m = m
  }
}

/** The message of a run while its transaction keeps it. */
const NOWHERE = new RoutedMessage()

/** Routes whose wait suspends the transaction, and those whose wait holds one of its branches (tm-reference 10). */
const OF_TRANSACTION = RouteType.REQUEST | RouteType.FAILURE
const OF_BRANCH = RouteType.TM_ONREPLY | RouteType.BRANCH_FAILURE

/**
 * Routes with `await` in them. Up to the first `await` they run like any other. If they wait then, the transaction is suspended
 * (or the reply held back), and every later stretch works on the message that was kept.
 */
export class AsyncRoutes implements Continuations {
  readonly #surroundings: AsyncSurroundings
  readonly #runs = new AsyncLocalStorage<Run>()
  /** Runs that something happened to since the engine last looked. */
  readonly #touched = new Set<Run>()
  /** Runs that hold a reply back which has not met its transaction: no final-response timer watches them. */
  readonly #passages: WaitLimit<Run>
  /** Runs that wait, by their number. */
  #waiting = 0
  #selected: Run | null = null

  constructor(surroundings: AsyncSurroundings) {
    const { turn, passageLimit, scope } = surroundings
    this.#surroundings = surroundings
    this.#passages = new WaitLimit(passageLimit, (run) => turn(() => this.#letPass(run)))
    scope.attach(this)
  }

  /** Calls the route. The run's end when it came without waiting, null when the route goes on later. */
  start(call: AsyncCall, m: RoutedMessage): RunEnd | null {
    const run = new Run(call, m)
    const outer = this.#selected
    this.#selected = run
    this.#surroundings.scope.runDetached(() => {
      this.#runs.run(run, () => this.#watch(run, call.route))
      run.realm.drain()
    })
    this.#touched.delete(run)
    if (run.settled) run.phase = 'over'
    else this.#wait(run)
    if (this.#touched.size > 0) {
      this.#restAll()
      if (run.holds !== 'passage') this.#giveAvps(run, m)
    }
    this.#selected = outer
    return run.settled || run.failed ? endOf(run) : null
  }

  #watch(run: Run, route: Route): void {
    const returned = (value: unknown): void => {
      run.value = value
      this.#settle(run, false, undefined)
    }
    const threw = (error: unknown): void => this.#settle(run, true, error)
    run.realm.watch(route.call, run.event, returned, threw)
  }

  /**
   * A route that does not wait has ended, and no other one runs: it may have kept a promise of the script's own that others wait
   * for.
   */
  settle(realm: ScriptRealm): void {
    if (this.#waiting > 0) this.#continue(realm, () => undefined)
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
    this.#restAll()
  }

  /** Every stretch is over. What becomes of a run's transaction then may touch other runs. */
  #restAll(): void {
    this.#select(null)
    for (const run of this.#touched) {
      this.#touched.delete(run)
      this.#rest(run)
    }
  }

  #settle(run: Run, failed: boolean, error: unknown): void {
    run.settled = true
    run.failed = failed && !run.exiting
    run.error = error
    this.#touched.add(run)
  }

  /** The message of `run` becomes the one at hand. */
  #select(run: Run | null): void {
    const { avps, scope, settings } = this.#surroundings
    const last = this.#selected
    settings.end()
    if (last !== null) {
      if (last.m.cell === null) last.avps = avps.take()
      else avps.end(last.m)
    }
    this.#selected = run
    scope.serial++
    scope.received = ''
    if (run !== null) this.#giveAvps(run, run.m)
  }

  #giveAvps(run: Run, m: RoutedMessage): void {
    const { avps } = this.#surroundings
    if (run.avps === null) avps.attach(m)
    else avps.give(run.avps)
    run.avps = null
  }

  /** The first stretch is over and the route waits. */
  #wait(run: Run): void {
    if ((run.type & MAY_WAIT) === 0) {
      run.phase = 'over'
      run.failed = true
      run.error = new TypeError(`a ${routeNamesOf(run.type)} route cannot wait: its await would come back too late`)
      return
    }
    this.#waiting++
    run.phase = 'waiting'
    if ((run.type & OF_TRANSACTION) !== 0) this.#hold(run)
    else if ((run.type & OF_BRANCH) !== 0) this.#holdBranch(run)
    else {
      if (run.type === RouteType.CORE_ONREPLY) this.#holdPassage(run)
      lookOn(run)
    }
  }

  /** A reply that has not met its transaction takes its AVPs along. */
  #holdPassage(run: Run): void {
    run.holds = 'passage'
    this.#passages.add(run)
    if (this.#selected === run) run.avps = this.#surroundings.avps.take()
  }

  /** It has waited too long: the reply passes, and what is left of the route is over. */
  #letPass(run: Run): void {
    this.#waiting--
    run.phase = 'over'
    this.#surroundings.passed(endOf(run))
  }

  #holdBranch(run: Run): void {
    const held = this.#surroundings.tm.holdReply(run.m)
    if (held === null) lookOn(run)
    else {
      run.holds = 'branch'
      run.m = held
    }
  }

  /** What has been answered or relayed is nobody's to wait for: then the rest of the route only looks on, with a copy. */
  #hold(run: Run): void {
    const { m } = run
    const suspended = m.answered ? 0 : this.#surroundings.tm.suspend(m)
    run.holds = suspended > 0 ? 'request' : 'nothing'
    // The CANCEL came first: like one that comes while the route waits, it ends the route.
    if (suspended === TmError.CANCELED) run.exiting = true
    if (suspended <= 0) return lookOn(run)
    run.transaction = keyOf(m)
    run.m = NOWHERE
  }

  /** A later stretch begins to work with its message. */
  #wake(run: Run): void {
    const { tm } = this.#surroundings
    this.#waiting--
    run.phase = 'woken'
    this.#touched.add(run)
    if (run.holds === 'branch') run.lost = !tm.isHeld(run.m)
    else if (run.transaction !== null) this.#wakeRequest(run, run.transaction)
    run.exiting ||= run.lost
    run.m.routeType = run.type
  }

  #wakeRequest(run: Run, { index, label, suspendedBranch }: AwaitedTransaction): void {
    const { cell } = run.m
    const held = run.holds === 'request' ? this.#surroundings.tm.resumeHeld(index, label, suspendedBranch) : null
    if (held !== null) run.m = held
    // A cancelled or timed-out wait, or a transaction that has gone meanwhile: there is nothing to work on any more.
    else if (run.holds === 'request' || cell?.label !== label) run.lost = true
  }

  /** A stretch is over: the route waits again, or it has ended. */
  #rest(run: Run): void {
    if (run.phase === 'over') return
    if (run.phase === 'waiting') this.#wake(run)
    run.phase = run.settled ? 'over' : 'waiting'
    if (!run.settled) this.#waiting++
    if (run.settled) this.#passages.remove(run)
    if (run.settled && run.failed) this.#fail(run)
    if (run.lost) return
    if (run.holds === 'request') this.#restRequest(run)
    else if (run.settled && run.holds === 'branch') this.#surroundings.tm.endReply(run.m)
    else if (run.settled && run.holds === 'passage') this.#surroundings.passed(endOf(run))
  }

  #fail(run: Run): void {
    const { tm, failed } = this.#surroundings
    failed(endOf(run))
    if (run.holds !== 'request' || run.lost || run.m.answered) return
    // What the script wanted to add may be what it has failed over.
    run.m.replyHeaders = ''
    tm.reply(run.m, 500, 'Server Internal Error')
  }

  #restRequest(run: Run): void {
    const { m } = run
    if (run.settled) run.holds = 'nothing'
    else this.#hold(run)
    this.#surroundings.tm.endHeld(m)
  }
}

/** Nothing is held for this run: it goes on with a copy, as long as its transaction lives. */
function lookOn(run: Run): void {
  run.transaction = keyOf(run.m)
  run.m = detached(run.m)
}

function keyOf({ cell }: RoutedMessage): AwaitedTransaction | null {
  return cell === null ? null : { index: cell.index, label: cell.label, suspendedBranch: cell.suspendedBranch }
}

function endOf({ name, event, m, value, error, failed }: Run): RunEnd {
  return { name, event, m, value, error, failed }
}
