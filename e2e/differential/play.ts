import { setTimeout as sleep } from 'node:timers/promises'

import type { Incoming } from '../harness/inbox.ts'
import { headerValue } from '../harness/raw-message.ts'
import { openTcp, openUdp } from '../harness/raw-port.ts'
import type { RawPort } from '../harness/raw-port.ts'
import { RawUa, uniqueToken } from '../harness/raw-ua.ts'
import { tmStats } from '../harness/rpc.ts'
import type { Rpc, TmStats } from '../harness/rpc.ts'
import { Callee } from './callee.ts'
import { Caller } from './caller.ts'
import type { Received } from './normalise.ts'
import { Normaliser } from './normalise.ts'
import type { CalleeName, CallerAction, Scenario } from './scenario.ts'
import { calleeNames } from './scenario.ts'

/** The user agents of one program: they keep their ports for all scenarios, because the routing script names them. */
export interface Cast {
  readonly caller: RawUa
  readonly callees: Readonly<Record<CalleeName, RawUa>>
}

/** What everybody received in one run of a scenario, and how the counters moved. */
export interface Recording {
  readonly received: Readonly<Record<string, readonly Received[]>>
  readonly counters: Readonly<Record<string, number>>
}

/** The sockets of a cast: open before the program starts, because its script needs their addresses. */
export type Seats = Readonly<Record<'caller' | CalleeName, Seat>>

interface Seat {
  readonly udp: RawPort
  readonly tcp: RawPort
}

async function openSeat(): Promise<Seat> {
  const [udp, tcp] = await Promise.all([openUdp(), openTcp()])
  return { udp, tcp }
}

export async function openSeats(): Promise<Seats> {
  const [caller, a, b, c, d] = await Promise.all([openSeat(), openSeat(), openSeat(), openSeat(), openSeat()])
  return { caller, a, b, c, d }
}

export async function closeSeats(seats: Seats): Promise<void> {
  await Promise.all(Object.values(seats).flatMap(({ udp, tcp }) => [udp.close(), tcp.close()]))
}

/** The port that somebody uses in a scenario. */
export function portOf(seats: Seats, name: 'caller' | CalleeName, { overTcp = [] }: Pick<Scenario, 'overTcp'>): RawPort {
  return overTcp.includes(name) ? seats[name].tcp : seats[name].udp
}

export function castOf(seats: Seats, sipPort: number, scenario: Scenario): Cast {
  const at = (name: 'caller' | CalleeName): RawUa => new RawUa(name, portOf(seats, name, scenario), { host: '127.0.0.1', port: sipPort })
  return { caller: at('caller'), callees: { a: at('a'), b: at('b'), c: at('c'), d: at('d') } }
}

/** Milliseconds; above the short timers. */
const LONGEST_END = 3500

const counted = ['total', 'total_local', 'rpl_received', 'rpl_generated', 'rpl_sent', '6xx', '5xx', '4xx', '3xx', '2xx', 'created'] as const

/** A scenario may not leave transactions open whose end would count in the next one. */
async function settled(rpc: Rpc): Promise<TmStats> {
  const giveUpAt = performance.now() + LONGEST_END
  for (;;) {
    const stats = await tmStats(rpc)
    if (stats.current === stats.waiting || performance.now() > giveUpAt) return stats
    await sleep(40)
  }
}

/** `unfinished` are the transactions that never got a final reply. */
function movement(before: TmStats, after: TmStats): Record<string, number> {
  const moved = Object.fromEntries(counted.map((name) => [name, after[name] - before[name]]))
  return { ...moved, unfinished: after.current - after.waiting }
}

/** Runs a scenario against the program whose proxy the cast knows. */
export async function play(scenario: Scenario, cast: Cast, rpc: Rpc): Promise<Recording> {
  const token = uniqueToken()
  const normaliser = new Normaliser(cast, token)
  const received: Record<string, Received[]> = Object.fromEntries(['caller', ...calleeNames].map((name) => [name, []]))
  const timers: NodeJS.Timeout[] = []
  const later = (ms: number, act: () => void): void => void timers.push(setTimeout(act, ms))
  const caller = new Caller(cast.caller, scenario, token)
  const before = await tmStats(rpc)
  const start = performance.now()
  const listen = (name: string, ua: RawUa, react: (incoming: Incoming) => void): void => {
    ua.port.inbox.react((incoming) => {
      const { message } = incoming
      if (![headerValue(message, 'call-id'), headerValue(message, 'x-for')].includes(caller.callId)) return true
      received[name]?.push(normaliser.received(name, incoming.message, incoming.at - start))
      react(incoming)
      return true
    })
  }
  listen('caller', cast.caller, (incoming) => caller.receive(incoming.message))
  for (const name of calleeNames) {
    const callee = new Callee(cast.callees[name], scenario.callees?.[name] ?? {}, later)
    listen(name, cast.callees[name], (incoming) => callee.receive(incoming))
  }
  const send = (action: CallerAction): void => {
    try {
      caller.send(action)
    } catch (problem) {
      // On a machine that stands still, what the action answers may not have come: no two runs agree then, so it is played again.
      const startLine = `${String(problem)} (${token})`
      received['caller']?.push({ at: performance.now() - start, label: 'nothing', startLine, headers: new Map(), body: '' })
    }
  }
  for (const action of scenario.caller) later(action.at, () => send(action))
  await sleep(scenario.lasts)
  for (const timer of timers) clearTimeout(timer)
  for (const ua of [cast.caller, ...Object.values(cast.callees)]) {
    ua.port.inbox.react(() => true)
    ua.port.inbox.all.length = 0
  }
  return { received, counters: movement(before, await settled(rpc)) }
}
