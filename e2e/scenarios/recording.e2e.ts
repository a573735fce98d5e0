import { setTimeout } from 'node:timers/promises'

import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { freePort } from '../harness/free-port.ts'
import { openLiveSocket } from '../harness/live-socket.ts'
import { missing } from '../harness/need.ts'
import { openUdp } from '../harness/raw-port.ts'
import { callerDialog, RawUa } from '../harness/raw-ua.ts'
import type { SippRun } from '../harness/sipp.ts'
import { startUac, startUas } from '../harness/sipp.ts'
import type { Signalbox } from '../harness/start-signalbox.ts'
import { startSignalbox } from '../harness/start-signalbox.ts'
import { waitUntil } from '../harness/wait-until.ts'

interface Event {
  readonly kind: string
  readonly tx: { readonly index: number; readonly label: number } | null
  readonly data: { readonly callId?: string }
}

const BUDGET = 20
const LOAD = { transport: 'u1', calls: 9000, rate: 300, atOnce: 40 } as const

/** Of a transaction that was watched from its beginning to its end. */
interface Ladder {
  readonly callId: string
  readonly kinds: readonly string[]
}

function shareOf(data: unknown): number {
  return typeof data === 'object' && data !== null && 'recordedOneIn' in data ? Number(data.recordedOneIn) : 0
}

async function ladders(box: Signalbox, since = 0): Promise<readonly Ladder[]> {
  const { events } = (await box.rpc('signalbox.events.history', since, 10_000)) as { readonly events: readonly Event[] }
  const byTransaction = Map.groupBy(
    events.filter(({ tx }) => tx !== null),
    ({ tx }) => `${tx?.index}:${tx?.label}`,
  )
  return [...byTransaction.values()]
    .filter((list) => list[0].kind === 'created' && list.some(({ kind }) => kind === 'destroyed'))
    .map((list) => ({ callId: list[0].data.callId ?? '', kinds: list.map(({ kind }) => kind) }))
}

describe.skipIf(missing('sipp'))('what is recorded under load', () => {
  let box: Signalbox
  let uas: SippRun
  let uac: SippRun

  beforeAll(async () => {
    const uasPort = await freePort()
    box = await startSignalbox({
      withApi: true,
      gateways: [`sip:127.0.0.1:${uasPort}`],
      core: { recorded_transactions: BUDGET },
      // A repeated message would be an event more than other calls have.
      tm: { wt_timer: 500, retr_timer1: 60_000 },
    })
    uas = await startUas(LOAD, uasPort)
    uac = await startUac(LOAD, `127.0.0.1:${box.sipPort}`)
  })
  afterAll(async () => {
    uac?.kill()
    uas?.kill()
    await box?.stop()
  })

  it('the stream says the share of the calls that is recorded', async () => {
    const socket = await openLiveSocket(box.url)
    socket.send({ op: 'subscribe', topic: 'tm.stats' })
    const told = await socket.take('a share below one half', ({ data }) => shareOf(data) >= 4, 15_000)
    socket.close()
    expect(told.topic).toBe('tm.stats')
    const list = (await box.rpc('signalbox.trace.list')) as { readonly oneIn: number }
    expect(Math.log2(list.oneIn) % 1).toBe(0)
  })

  it('MUST record the chosen calls completely: INVITE and BYE, each with the same events', async () => {
    // When load sets in, the share halves until it fits.
    await setTimeout(4000)
    const { newest } = (await box.rpc('signalbox.events.history', 0, 1)) as { readonly newest: number }
    const calls = await waitUntil(
      'some calls to end',
      async () => {
        const byCall = Map.groupBy(await ladders(box, newest), ({ callId }) => callId)
        const whole = [...byCall.values()].filter((transactions) => transactions.length === 2)
        return whole.length >= 15 ? { all: byCall.size, whole } : undefined
      },
      20_000,
      500,
    )
    expect(calls.whole.length).toBeGreaterThan(calls.all * 0.7)
    const shapes = new Set(calls.whole.map((transactions) => transactions.map(({ kinds }) => kinds.join()).join(' then ')))
    expect([...shapes]).toHaveLength(1)
  })

  it('MUST record a traced call whatever the load', async () => {
    const proxy = { host: '127.0.0.1', port: box.sipPort }
    const caller = new RawUa('wanted', await openUdp(), proxy)
    const trace = (await box.rpc('signalbox.trace.start', 'user', 'wanted', 60)) as { readonly id: number }
    const callIds: string[] = []
    for (let i = 0; i < 5; i++) {
      const callId = `wanted-call-${i}@127.0.0.1`
      callIds.push(callId)
      // One after the other, as a person would.
      // oxlint-disable-next-line no-await-in-loop
      await caller.sendRequest({ method: 'INVITE', uri: caller.uriAtProxy('service'), callId })
      // oxlint-disable-next-line no-await-in-loop
      await caller.send(caller.withinDialog('ACK', callerDialog(await caller.takeReply(200, 'INVITE'))))
    }
    const found = await waitUntil(
      'the calls of the traced user',
      async () => {
        const wanted = (await ladders(box)).filter(({ callId }) => callIds.includes(callId))
        return wanted.length === callIds.length ? wanted : undefined
      },
      10_000,
      250,
    )
    expect(new Set(found.map(({ callId }) => callId))).toEqual(new Set(callIds))
    await box.rpc('signalbox.trace.stop', trace.id)
    expect(await box.rpc('signalbox.trace.list')).toMatchObject({ traces: [] })
  })
})
