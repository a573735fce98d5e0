import { afterEach, describe, it } from 'vitest'

import { articleList, articleWalkThrough } from '../harness/article-call.ts'
import { counterWorld, quickTimers } from '../harness/counter-steps.ts'
import type { CounterWorld } from '../harness/counter-steps.ts'
import { missing } from '../harness/need.ts'
import type { Rpc } from '../harness/rpc.ts'
import { startKamailio } from '../harness/start-kamailio.ts'
import { startSignalbox } from '../harness/start-signalbox.ts'

/** A program that has just been started: its counters stand at 0. */
interface Program {
  readonly rpc: Rpc
  readonly sipPort: number
  readonly stop: () => Promise<unknown>
}

const ends: (() => Promise<unknown>)[] = []

async function fresh(start: () => Promise<Program>, walk: (world: CounterWorld, rpc: Rpc) => Promise<void>): Promise<void> {
  const program = await start()
  ends.push(program.stop)
  const world = await counterWorld({ host: '127.0.0.1', port: program.sipPort }, program.rpc)
  ends.unshift(world.close)
  await walk(world, program.rpc)
}

afterEach(async () => {
  for (const end of ends.splice(0)) await end()
})

describe('the RPC examples of the article, tm-reference 11 and 12', () => {
  const signalbox = (): Promise<Program> => startSignalbox({ tm: quickTimers })
  it('tm.stats before, during, waiting and after the fourth call', () => fresh(signalbox, articleWalkThrough))
  it('tm.list while a call is tried at two places', () => fresh(signalbox, articleList))
})

// If these fail, the expectation is wrong.
describe.skipIf(missing('kamailio'))("they are what Debian's Kamailio says", () => {
  const kamailio = (): Promise<Program> => startKamailio(quickTimers)
  it('tm.stats before, during, waiting and after the fourth call', () => fresh(kamailio, articleWalkThrough))
  it('tm.list while a call is tried at two places', () => fresh(kamailio, articleList))
})
