import { Method } from '@signalbox/sip'
import { UAS_SIDE, type EventBus, type EventFact, type EventSubject } from '../../src/bus/event-bus.ts'
import { EventKind } from '../../src/bus/event-kind.ts'
import { Agent } from './agent.ts'
import { SimulatedProxy } from './simulated-proxy.ts'
import { seededRandom, World } from './world.ts'

/** A world of callers, phones and one proxy in which everything that may go wrong does, decided by the seed alone. */

const PROXY = '10.0.0.1:5060'
const FINALS = [200, 200, 200, 302, 401, 403, 404, 407, 408, 480, 484, 486, 487, 500, 503, 600, 603] as const

/** Final replies that each transaction sent upstream, in order; retransmissions left out. */
class FinalReplies implements EventBus {
  readonly on = true
  readonly byTransaction = new Map<string, number[]>()

  emit(kind: number, subject: EventSubject, branch: number, fact: EventFact): void {
    if (kind !== EventKind['msg-out'] || branch !== UAS_SIDE) return
    const status = Number(Buffer.from(fact.bytes.subarray(fact.start + 8, fact.start + 11)).toString('latin1'))
    if (status < 200) return
    const key = `${subject.index}:${subject.label}`
    this.byTransaction.set(key, [...(this.byTransaction.get(key) ?? []), status])
  }
}

export interface Report {
  readonly calls: number
  /** Sentences about what must not happen; empty when all is well. */
  readonly violations: readonly string[]
  readonly fingerprint: string
}

/** Simulates `calls` calls and checks the invariants of the transaction layer afterwards. */
export function randomCalls(seed: number, calls: number): Report {
  const dice = seededRandom(seed)
  const pick = <T>(items: readonly T[]): T => items[Math.floor(dice() * items.length)]
  const world = new World(seed ^ 0x5eed, { latency: 1 + dice() * 30, jitter: dice() * 200, loss: dice() * 0.3, duplication: dice() * 0.2 })
  const replies = new FinalReplies()
  const proxy = randomProxy(world, dice, replies)
  const phones = Array.from({ length: 5 }, (_, i) => new RandomPhone(new Agent(world, `10.0.1.${i}:5060`), dice, pick))
  for (let call = 0; call < calls; call++) {
    const caller = new Agent(world, `10.0.2.${call % 200}:${5060 + Math.floor(call / 200)}`)
    const targets = Array.from({ length: 1 + Math.floor(dice() * 4) }, () => `sip:bob@${pick(phones).agent.address}`)
    world.after(dice() * 5000, () => {
      proxy.targets = targets
      placeCall(world, caller, `call-${seed}-${call}`, dice)
    })
  }
  world.run(600_000)
  return { calls, violations: [...leaks(proxy), ...wrongReplies(replies)], fingerprint: world.fingerprint() }
}

function randomProxy(world: World, dice: () => number, bus: EventBus): SimulatedProxy {
  const proxy: SimulatedProxy = new SimulatedProxy(world, {
    address: PROXY,
    bus,
    params: {
      fr_timer: 2000 + Math.floor(dice() * 10_000),
      fr_inv_timer: 5000 + Math.floor(dice() * 20_000),
      cancel_b_method: Math.floor(dice() * 3),
      failure_reply_mode: Math.floor(dice() * 4),
      disable_6xx_block: Math.floor(dice() * 2),
      noisy_ctimer: Math.floor(dice() * 2),
      aggregate_challenges: Math.floor(dice() * 2),
      max_inv_lifetime: 10_000 + Math.floor(dice() * 60_000),
      max_branches: 1 + Math.floor(dice() * 12),
    },
    names: { 'phone.example': '10.0.1.0' },
    request: (m, { transactions }) => {
      // What belongs to no call would come back to the proxy for ever: there is no Max-Forwards in this script.
      if (m.message.method === Method.ACK || (m.message.method === Method.CANCEL && transactions.lookupCancel(m, false) < 0)) return
      if (m.message.method === Method.INVITE) {
        if (dice() < 0.5) transactions.armFailure(m, 'again')
        if (dice() < 0.2) transactions.armBranchFailure(m, 'one')
        proxy.fork(m, dice() < 0.1 ? [...proxy.targets, 'sip:bob@phone.example', 'sip:bob@nowhere.example'] : proxy.targets)
      }
      transactions.relay(m, 0, '')
    },
    failure: (_name, m, { transactions }) => {
      const choice = dice()
      if (choice < 0.3) transactions.armFailure(m, 'again')
      if (choice < 0.6) {
        proxy.fork(m, ['sip:bob@10.0.1.1:5060', 'sip:bob@phone.example'])
        transactions.relay(m, 0, '')
      } else if (choice < 0.7) transactions.reply(m, 480, 'Try later')
    },
    branchFailure: (_name, m, { transactions }) => {
      proxy.fork(m, ['sip:bob@10.0.1.2:5060'])
      transactions.relay(m, 0, '')
    },
  })
  return proxy
}

/** A phone that answers what it likes, when it likes, sometimes twice, sometimes never. */
class RandomPhone {
  readonly agent: Agent

  constructor(agent: Agent, dice: () => number, pick: <T>(items: readonly T[]) => T) {
    this.agent = agent
    const { world } = agent
    const seen = new Set<string>()
    agent.onMessage = (message, from) => {
      if (!message.isRequest || message.method === 'ACK') return
      if (message.method === 'CANCEL') {
        agent.reply(from, message, dice() < 0.9 ? '200 Cancelled' : '481 Cancelled')
        const invite = agent.requests('INVITE').find((candidate) => candidate.branch === message.branch)
        if (invite !== undefined && dice() < 0.8)
          world.after(dice() * 1000, () => agent.reply(from, invite, dice() < 0.9 ? '487 After CANCEL' : '200 After CANCEL'))
        return
      }
      if (seen.has(`${message.method} ${message.branch}`)) return
      seen.add(`${message.method} ${message.branch}`)
      if (dice() < 0.1) return
      for (const [status, share] of [
        [100, 0.7],
        [180, 0.7],
        [183, 0.3],
      ] as const)
        if (dice() < share) world.after(dice() * 500, () => agent.reply(from, message, `${status} Going on`))
      if (dice() < 0.1) return
      const status = pick(FINALS)
      const at = dice() * 15_000
      const copies = status < 300 ? 1 + Math.floor(dice() * 3) : 1 + Math.floor(dice() * 6)
      for (let copy = 0; copy < copies; copy++) world.after(at + copy * 500, () => agent.reply(from, message, `${status} Final ${status}`))
      if (dice() < 0.05) world.after(at + 100, () => agent.reply(from, message, `${pick(FINALS)} Another`))
    }
  }
}

/** A caller that retransmits, acknowledges, and hangs up early now and then. */
function placeCall(world: World, caller: Agent, callId: string, dice: () => number): void {
  const request = caller.request(PROXY, { method: 'INVITE', uri: 'sip:bob@10.0.0.1', callId })
  let answered = false
  caller.onMessage = (message) => {
    if (message.isRequest || message.method !== 'INVITE' || message.header('Call-ID') !== callId) return
    answered = true
    if (message.status >= 300) caller.ack(PROXY, request, message)
  }
  for (const at of [500, 1500, 3500, 7500, 15_500, 31_500]) world.after(at, () => !answered && caller.again(PROXY, request))
  if (dice() < 0.3) {
    const at = dice() * 8000
    for (const delay of [0, 500, 1500, 3500])
      world.after(at + delay, () => caller.statuses('CANCEL').length === 0 && caller.cancel(PROXY, request))
  }
}

/** Whatever the calls left behind. */
function leaks(proxy: SimulatedProxy): string[] {
  const { wheel, transactions } = proxy.engine
  const checks: readonly (readonly [string, number, number])[] = [
    ['transactions in the table', proxy.current, 0],
    ['waiting transactions', proxy.stat('tmWaiting'), 0],
    ['armed timers', wheel.armed, 0],
    ['blocks in use', transactions.core.slab.usage().blocks, 0],
    ['freed against created', proxy.stat('tmFreed'), proxy.stat('tmCreated')],
    ['live cells', transactions.core.table.live, 0],
  ]
  return checks
    .filter(([, actual, expected]) => actual !== expected)
    .map(([what, actual, expected]) => `${what}: ${actual}, not ${expected}`)
}

/** RFC 3261 16.7: a transaction sends one negative final reply at most, and none after a 2xx. */
function wrongReplies(replies: FinalReplies): string[] {
  const wrong: string[] = []
  for (const [key, statuses] of replies.byTransaction) {
    const negative = statuses.filter((status) => status >= 300)
    if (negative.length > 1) wrong.push(`${key}: several negative replies ${statuses.join(' ')}`)
    const success = statuses.findIndex((status) => status < 300)
    if (success >= 0 && statuses.slice(success).some((status) => status >= 300))
      wrong.push(`${key}: a negative reply after a 2xx ${statuses.join(' ')}`)
  }
  return wrong
}
