import { expect } from 'vitest'

import type { CounterWorld } from './counter-steps.ts'
import { readRaw } from './raw-message.ts'
import type { RawUa } from './raw-ua.ts'
import type { Rpc, TmStats } from './rpc.ts'
import { tmStats } from './rpc.ts'
import { waitUntil } from './wait-until.ts'

/** The four snapshots of tm.stats that the article prints, and after them the fields of its tm.list. */
const quiet = { waiting: 0, total_local: 0, '6xx': 0, '4xx': 0, '3xx': 0, '2xx': 0, delayed_free: 0 } as const
const replies = (count: number): Pick<TmStats, 'rpl_received' | 'rpl_generated' | 'rpl_sent'> => ({
  rpl_received: count,
  rpl_generated: count,
  rpl_sent: count,
})
const beforeCall: TmStats = { ...quiet, ...replies(6), current: 0, total: 3, '5xx': 3, created: 3, freed: 3 }
const duringCall: TmStats = { ...quiet, ...replies(7), current: 1, total: 4, '5xx': 3, created: 4, freed: 3 }
const duringWait: TmStats = { ...quiet, ...replies(8), current: 1, waiting: 1, total: 4, '5xx': 4, created: 4, freed: 3 }
const afterCall: TmStats = { ...quiet, ...replies(8), current: 0, total: 4, '5xx': 4, created: 4, freed: 4 }

const order = 'current waiting total total_local rpl_received rpl_generated rpl_sent 6xx 5xx 4xx 3xx 2xx created freed delayed_free'.split(
  ' ',
)

/** The snapshot as a whole, in the article's order; the last datagram of a step may still be on its way. */
async function shows(rpc: Rpc, snapshot: TmStats): Promise<void> {
  let seen = await tmStats(rpc)
  const reached = waitUntil(
    'the snapshot',
    async () => {
      seen = await tmStats(rpc)
      return order.every((name) => seen[name as keyof TmStats] === snapshot[name as keyof TmStats]) ? true : undefined
    },
    10_000,
  )
  await reached.catch(() => undefined)
  expect(seen).toEqual(snapshot)
  expect(Object.keys(seen)).toEqual(order)
}

/** A call that the callee's side first takes with a 100 and then refuses with a 503, which reaches the caller as a generated 500. */
async function refusedCall({ caller, callees }: CounterWorld, whileTrying: () => Promise<void> = async () => undefined): Promise<void> {
  const [callee] = callees
  const invite = await caller.sendRequest({ method: 'INVITE', uri: caller.uriAtProxy('callee') })
  await caller.takeReply(100, 'INVITE')
  const incoming = await callee.takeRequest('INVITE')
  callee.answer(incoming, 100, 'Trying')
  await whileTrying()
  callee.answer(incoming, 503, 'Service Unavailable')
  const refused = await caller.takeReply(500, 'INVITE')
  expect(refused.startLine).toBe('SIP/2.0 500 Service Unavailable')
  await caller.send(caller.negativeAck(readRaw(invite), refused))
  await callee.takeRequest('ACK')
}

/** The article's walk-through of tm.stats: before, during, waiting, after. The program has just been started. */
export async function articleWalkThrough(world: CounterWorld, rpc: Rpc): Promise<void> {
  await world.callees[0].register()
  for (let call = 1; call <= 3; call++) await refusedCall(world)
  await shows(rpc, beforeCall)
  await refusedCall(world, () => shows(rpc, duringCall))
  await shows(rpc, duringWait)
  await shows(rpc, afterCall)
}

type Row = Readonly<Record<string, unknown>>

/** The article's tm.list: a call from a caller that is being tried at two places. */
export async function articleList({ caller, callees }: CounterWorld, rpc: Rpc): Promise<void> {
  for (const callee of callees) await callee.register()
  const callId = 'NjkyYjJlNzJkNzQ1OTYyZjE2MDM2NjFlYWZkNjY4OWE'
  const from = `From: <${caller.uriAtProxy('caller')}>;tag=dddab54e`
  const uri = caller.uriAtProxy('callee')
  const invite = await caller.sendRequest({ method: 'INVITE', uri, callId, fromTag: 'dddab54e' })
  await caller.takeReply(100, 'INVITE')
  const forked = await Promise.all(callees.map(async (callee: RawUa) => ({ callee, incoming: await callee.takeRequest('INVITE') })))
  const rows = (await rpc('tm.list')) as readonly Row[]
  expect(rows).toHaveLength(1)
  const row = rows[0] ?? {}
  expect(Object.keys(row).slice(0, 13)).toEqual(
    'cell tindex tlabel method from to callid cseq uas_request tflags outgoings ref_count lifetime'.split(' '),
  )
  expect(row).toMatchObject({
    cell: expect.stringMatching(/^0x[0-9a-f]+$/),
    method: 'INVITE',
    from: `${from}\r\n`,
    to: `To: <${uri}>\r\n`,
    callid: `Call-ID: ${callId}\r\n`,
    cseq: 'CSeq: 1',
    uas_request: 'yes',
    tflags: 65,
    outgoings: 2,
    ref_count: 1,
  })
  for (const name of ['tindex', 'tlabel', 'lifetime']) expect(row[name]).toSatisfy(Number.isInteger)
  for (const { callee, incoming } of forked) callee.answer(incoming, 486, 'Busy Here')
  await caller.send(caller.negativeAck(readRaw(invite), await caller.takeReply(486, 'INVITE')))
  await waitUntil('the list to be empty', async () => (((await rpc('tm.list')) as readonly Row[]).length === 0 ? true : undefined))
}
