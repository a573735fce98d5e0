import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { missing } from '../harness/need.ts'
import { openUdp } from '../harness/raw-port.ts'
import { RawUa } from '../harness/raw-ua.ts'
import type { Rpc } from '../harness/rpc.ts'
import { RpcFault } from '../harness/rpc.ts'
import { startKamailio } from '../harness/start-kamailio.ts'
import { startSignalbox } from '../harness/start-signalbox.ts'
import { Callee } from './callee.ts'
import type { RpcCall } from './rpc-calls.ts'
import { rpcCalls } from './rpc-calls.ts'

/** Timers that make silence short. */
const tm = { fr_timer: 1000, fr_inv_timer: 2000, wt_timer: 500 } as const

interface Program {
  readonly rpc: Rpc
  readonly sipPort: number
  readonly stop: () => Promise<unknown>
}

/** What the call gave, and what the callee got, without what differs from run to run. */
async function outcome({ rpc, sipPort }: Program, { method, params, plan = {} }: RpcCall): Promise<readonly string[]> {
  const port = await openUdp()
  const ua = new RawUa('callee', port, { host: '127.0.0.1', port: sipPort })
  const callee = new Callee(ua, plan, (ms, act) => void setTimeout(act, ms))
  const got: string[] = []
  const plain = (text: string): string =>
    text
      .replaceAll(`127.0.0.1:${port.port}`, 'CALLEE')
      .replaceAll(`127.0.0.1:${sipPort}`, 'PROXY')
      .replaceAll(/(tag=)[0-9a-f-]{16,}(\.[0-9a-f]+)?/g, '$1TAG')
      .replaceAll(/(branch=)[^;,\s"\\]+/g, '$1BRANCH')
      .replaceAll(/(Call-ID: )[^\s\\]+/gi, '$1ID')
  port.inbox.react((incoming) => {
    const { startLine, headers, body } = incoming.message
    const lines = headers.filter(([name]) => !['user-agent', 'server'].includes(name)).map(([name, value]) => `${name}: ${value}`)
    got.push(plain([startLine, ...lines.toSorted(), body].join('\n')))
    callee.receive(incoming)
    return true
  })
  const answer = await rpc(method, ...params.map((param) => param.replaceAll('CALLEE', `127.0.0.1:${port.port}`))).catch(
    (problem: unknown) => (problem instanceof RpcFault ? `fault ${problem.code} ${problem.message}` : Promise.reject(problem)),
  )
  await new Promise((resolve) => setTimeout(resolve, 400))
  await port.close()
  return [plain(JSON.stringify(answer)), ...got]
}

describe.skipIf(missing('kamailio'))('requests of our own by RPC are what they are with Kamailio, tm-reference 12', () => {
  let kamailio: Program
  let signalbox: Program

  beforeAll(async () => {
    ;[kamailio, signalbox] = await Promise.all([startKamailio(tm), startSignalbox({ tm })])
  })
  afterAll(async () => {
    await Promise.all([kamailio?.stop(), signalbox?.stop()])
  })

  for (const call of rpcCalls)
    it(`agrees with Kamailio: ${call.title}`, async () => {
      const [theirs, ours] = await Promise.all([outcome(kamailio, call), outcome(signalbox, call)])
      const { same = (text: string) => text } = call
      expect(ours.map(same)).toEqual(theirs.map(same))
      // What is accepted must be there.
      if (call.differences !== undefined) expect(ours).not.toEqual(theirs)
    })
})
