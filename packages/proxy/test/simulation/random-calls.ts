import type { Counter } from '../../src/metrics/counter-layout.ts'
import { operateNowAndThen } from './random-operator.ts'
import { RandomProxy } from './random-proxy.ts'
import { SimulatedThreads } from './threads.ts'
import { AliveRequests } from './transaction-watch.ts'
import { EDGE, INNER, RandomTraffic } from './random-traffic.ts'

/** A world of callers, phones and one or two proxies in which everything that may go wrong does, decided by the seed alone. */

const FINALS = ['tm2xx', 'tm3xx', 'tm4xx', 'tm5xx', 'tm6xx'] as const satisfies readonly (keyof typeof Counter)[]
const LONGEST = 600_000
const LOOK_EVERY = 20_000
/** Time after a standstill in which what is late is done, in ms. */
const CATCHING_UP = 30_000

export interface Report {
  readonly calls: number
  /** Sentences about what must not happen; empty when all is well. */
  readonly violations: readonly string[]
  /** Of every byte on the wire and its time. */
  fingerprint(): string
}

/** Simulates `calls` calls and checks the invariants of the transaction layer on the way and afterwards. Each proxy has `threads`. */
export function randomCalls(seed: number, calls: number, threads = 1): Report {
  const traffic = new RandomTraffic(seed)
  const { dice, world } = traffic
  const alive = new AliveRequests()
  const proxies = [EDGE, ...(traffic.chained ? [INNER] : [])].flatMap((address) => proxiesAt(traffic, address, { threads, alive }))
  for (let call = 0; call < calls; call++) traffic.placeCall(call, `call-${seed}-${call}`)
  const violations: string[] = []
  if (threads === 1 && traffic.chained && dice() < 0.2) world.after(dice() * 20_000, () => violations.push(...restart(traffic, proxies)))
  else for (const { proxy } of proxies) for (let i = Math.floor(dice() * 4); i > 0; i--) traffic.placeLocal(proxy)
  if (dice() < 0.3) traffic.restartPhones()
  if (dice() < 0.4) for (const one of proxies) operateNowAndThen(traffic, one)
  for (let at = LOOK_EVERY; at < LONGEST; at += LOOK_EVERY)
    world.after(at, () =>
      violations.push(...proxies.flatMap((one, i) => impossible(one).map((what) => `proxy ${i}: ${what} after ${at} ms`))),
    )
  world.run(LONGEST)
  violations.push(
    ...proxies.flatMap((one, i) => [...leaks(one), ...one.watch.violations, ...one.complaints].map((what) => `proxy ${i}: ${what}`)),
  )
  violations.push(...alive.violations)
  const wrong = traffic.localOutcomes.filter((outcomes) => outcomes !== 1)
  if (wrong.length > 0) violations.push(`local requests that ended ${wrong.join(', ')} times`)
  return { calls, violations, fingerprint: () => world.fingerprint() }
}

function proxiesAt(
  traffic: RandomTraffic,
  address: string,
  { threads, alive }: { readonly threads: number; readonly alive: AliveRequests },
): readonly RandomProxy[] {
  if (threads === 1) return [new RandomProxy(traffic, address)]
  const together = new SimulatedThreads(traffic.world, threads, traffic.dice)
  const proxies: RandomProxy[] = []
  together.start((thread) => {
    const one = new RandomProxy(traffic, address, thread)
    one.anyThread = () => proxies[Math.floor(traffic.dice() * threads)].proxy
    one.watch.alive = alive
    proxies.push(one)
    return one.proxy
  })
  return proxies
}

/** The inner proxy is killed, and another one takes its place. What the first one did wrong until then. */
function restart(traffic: RandomTraffic, proxies: RandomProxy[]): readonly string[] {
  const killed = proxies.pop()
  killed?.proxy.kill()
  proxies.push(new RandomProxy(traffic, INNER))
  return killed?.watch.violations ?? []
}

/** What may not be true at any time. */
function impossible({ proxy }: RandomProxy): string[] {
  const wrong: string[] = []
  const waiting = proxy.stat('tmWaiting')
  if (waiting < 0 || waiting > proxy.current) wrong.push(`${waiting} waiting of ${proxy.current}`)
  if (proxy.stat('tmCreated') !== proxy.stat('tmTotal')) wrong.push('created is not total')
  // What was to happen during a standstill happens late.
  const late = proxy.world.now() < proxy.stalledUntil + CATCHING_UP
  const overdue = late ? 0 : proxy.engine.transactions.watchLifetimes()
  if (overdue > 0) wrong.push(`${overdue} transactions older than they may be`)
  return wrong
}

/** Whatever the calls left behind, and counters that do not add up. */
function leaks({ proxy, watch, noisy }: RandomProxy): string[] {
  const { wheel, transactions } = proxy.engine
  const finals = FINALS.reduce((sum, name) => sum + proxy.stat(name), 0)
  const checks: readonly (readonly [string, number, number])[] = [
    ['transactions in the table', proxy.current, 0],
    ['waiting transactions', proxy.stat('tmWaiting'), 0],
    ['armed timers', wheel.armed, 0],
    ['blocks in use', transactions.core.slab.usage().blocks, 0],
    ['freed against created', proxy.stat('tmFreed'), proxy.stat('tmCreated')],
    ['live cells', transactions.core.table.live, 0],
    ['transactions that were not seen to end', watch.open, 0],
    ['created events against counted', watch.created, proxy.stat('tmCreated')],
    ['INVITEs without a final reply', noisy ? watch.silent : 0, 0],
    ['final replies beyond those sent', Math.max(0, finals - proxy.stat('tmRplSent')), 0],
  ]
  return checks
    .filter(([, actual, expected]) => actual !== expected)
    .map(([what, actual, expected]) => `${what}: ${actual}, not ${expected}`)
}
