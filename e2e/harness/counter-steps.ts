import { expect } from 'vitest'

import { openUdp } from './raw-port.ts'
import type { HostPort } from './raw-ua.ts'
import { callerDialog, RawUa } from './raw-ua.ts'
import { readRaw } from './raw-message.ts'
import type { Rpc, TmStats } from './rpc.ts'
import { tmStats } from './rpc.ts'
import { waitUntil } from './wait-until.ts'

type Counter = keyof TmStats
export type Change = Partial<Record<Counter, number>>

/** Timers that make the sequence short, in the parameter names of tm; milliseconds. */
export const quickTimers = { fr_timer: 1500, fr_inv_timer: 20_000, wt_timer: 1000 } as const

/** A world with a caller and two callees, whose counters are read before and after each step. */
export interface CounterWorld {
  readonly caller: RawUa
  readonly callees: readonly [RawUa, RawUa]
  /** Runs the step and expects exactly this change of tm.stats; counters that are not named must not move. */
  readonly step: (name: string, change: Change, action: () => Promise<void>) => Promise<void>
  readonly close: () => Promise<void>
}

function difference(before: TmStats, after: TmStats): Change {
  const names = Object.keys(after) as Counter[]
  return Object.fromEntries(names.map((name) => [name, after[name] - before[name]]).filter(([, delta]) => delta !== 0))
}

export async function counterWorld(proxy: HostPort, rpc: Rpc): Promise<CounterWorld> {
  const ports = await Promise.all([openUdp(), openUdp(), openUdp()])
  const [callerPort, firstPort, secondPort] = ports
  const caller = new RawUa('caller', callerPort, proxy)
  const callees = [new RawUa('callee', firstPort, proxy), new RawUa('callee', secondPort, proxy)] as const
  const step = async (name: string, change: Change, action: () => Promise<void>): Promise<void> => {
    const before = await tmStats(rpc)
    await action()
    // The last datagram of a step may still be on its way; what is awaited is exact, so polling hides nothing that stays wrong.
    let seen: Change = {}
    const reached = waitUntil(
      name,
      async () => {
        seen = difference(before, await tmStats(rpc))
        return sameChange(seen, change) ? true : undefined
      },
      2500,
    )
    await reached.catch(() => undefined)
    expect(seen, name).toEqual(change)
  }
  const close = async (): Promise<void> => {
    await Promise.all(ports.map((port) => port.close()))
  }
  return { caller, callees, step, close }
}

function sameChange(seen: Change, wanted: Change): boolean {
  const names = new Set([...Object.keys(seen), ...Object.keys(wanted)]) as Set<Counter>
  return [...names].every((name) => (seen[name] ?? 0) === (wanted[name] ?? 0))
}

const sent100 = { rpl_generated: 1, rpl_sent: 1 } as const
const begun = { total: 1, created: 1, current: 1 } as const
const gone = { current: -1, waiting: -1, freed: 1 } as const

/** INVITE, 180, 200, the 200 again, ACK, and the end of the wait list. */
export async function answeredCall(world: CounterWorld): Promise<void> {
  const { caller, callees, step } = world
  const [callee] = callees
  await callee.register()
  await step('INVITE relayed', { ...begun, ...sent100 }, async () => {
    await caller.sendRequest({ method: 'INVITE', uri: caller.uriAtProxy('callee') })
    await caller.takeReply(100, 'INVITE')
  })
  const invite = await callee.takeRequest('INVITE')
  await step('180 relayed', { rpl_received: 1, rpl_sent: 1 }, async () => {
    callee.answer(invite, 180, 'Ringing')
    await caller.takeReply(180, 'INVITE')
  })
  await step('200 relayed', { rpl_received: 1, rpl_sent: 1, '2xx': 1, waiting: 1 }, async () => {
    callee.answer(invite, 200, 'OK')
    await caller.takeReply(200, 'INVITE')
  })
  await step('repeated 200 relayed', { rpl_received: 1, rpl_sent: 1, '2xx': 1 }, async () => {
    callee.answer(invite, 200, 'OK')
    const ok = await caller.takeReply(200, 'INVITE')
    await caller.send(caller.withinDialog('ACK', callerDialog(ok)))
    await callee.takeRequest('ACK')
  })
  await step('wait over', gone, async () => undefined)
}

/** A callee that never answers: 408 after fr_timer. */
export async function unansweredCall(world: CounterWorld): Promise<void> {
  const { caller, step } = world
  const invite = caller.request({ method: 'INVITE', uri: caller.uriAtProxy('callee') })
  const timeout = { ...begun, rpl_generated: 2, rpl_sent: 2, '4xx': 1, waiting: 1 }
  await step('timeout', timeout, async () => {
    await caller.send(invite)
    const late = await caller.takeReply(408, 'INVITE')
    await caller.send(caller.negativeAck(readRaw(invite), late))
  })
  await step('wait over', gone, async () => undefined)
}

/** Two branches, 486 then 404. */
export async function twoNegativeBranches(world: CounterWorld): Promise<void> {
  const { caller, callees, step } = world
  for (const callee of callees) callee.port.inbox.drop()
  await callees[1].register()
  const invite = caller.request({ method: 'INVITE', uri: caller.uriAtProxy('callee') })
  await step('fork', { ...begun, ...sent100 }, async () => {
    await caller.send(invite)
    await caller.takeReply(100, 'INVITE')
  })
  const first = await callees[0].takeRequest('INVITE')
  const second = await callees[1].takeRequest('INVITE')
  await step('486 of the first branch is kept', { rpl_received: 1 }, async () => {
    callees[0].answer(first, 486, 'Busy Here')
    await callees[0].takeRequest('ACK')
  })
  await step('404 of the last branch wins', { rpl_received: 1, rpl_sent: 1, '4xx': 1, waiting: 1 }, async () => {
    callees[1].answer(second, 404, 'Not Found')
    const lost = await caller.takeReply(404, 'INVITE')
    await caller.send(caller.negativeAck(readRaw(invite), lost))
  })
  await step('wait over', gone, async () => undefined)
  await callees[1].register(['Expires: 0'])
}

/** CANCEL while ringing, with the 200 of the callee to our CANCEL and its 487. */
export async function cancelledCall(world: CounterWorld): Promise<void> {
  const { caller, callees, step } = world
  const [callee] = callees
  callee.port.inbox.drop()
  const invite = caller.request({ method: 'INVITE', uri: caller.uriAtProxy('callee') })
  await step('ringing', { ...begun, rpl_generated: 1, rpl_sent: 2, rpl_received: 1 }, async () => {
    await caller.send(invite)
    callee.answer(await callee.takeRequest('INVITE'), 180, 'Ringing')
    await caller.takeReply(180, 'INVITE')
  })
  await step('CANCEL answered here', { ...begun, ...sent100, '2xx': 1, waiting: 1 }, async () => {
    await caller.send(caller.cancel(readRaw(invite)))
    await caller.takeReply(200, 'CANCEL')
  })
  await step('200 to our CANCEL', { rpl_received: 1 }, async () => {
    callee.answer(await callee.takeRequest('CANCEL'), 200, 'OK')
  })
  await step('487 relayed', { rpl_received: 1, rpl_sent: 1, '4xx': 1, waiting: 1 }, async () => {
    const sent = callee.port.inbox.all.filter((incoming) => incoming.message.method === 'INVITE').at(-1)
    if (sent === undefined) throw new Error('the callee saw no INVITE')
    callee.answer(sent, 487, 'Request Terminated')
    const terminated = await caller.takeReply(487, 'INVITE')
    await caller.send(caller.negativeAck(readRaw(invite), terminated))
  })
  await step('both waits over', { current: -2, waiting: -2, freed: 2 }, async () => undefined)
}

/** An OPTIONS that the proxy itself sends, answered 200. */
export async function localOptions(world: CounterWorld, start: (uri: string) => Promise<unknown>): Promise<void> {
  const { callees, step } = world
  const [callee] = callees
  await step('local OPTIONS sent', { ...begun, total_local: 1 }, async () => {
    await start(`sip:callee@${callee.address}`)
  })
  await step('local OPTIONS answered', { rpl_received: 1, rpl_sent: 1, '2xx': 1, waiting: 1 }, async () => {
    callee.answer(await callee.takeRequest('OPTIONS'), 200, 'OK')
  })
  await step('wait over', gone, async () => undefined)
}
