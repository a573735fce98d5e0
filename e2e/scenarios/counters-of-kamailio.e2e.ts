import { afterAll, beforeAll, describe, it } from 'vitest'

import type { CounterWorld } from '../harness/counter-steps.ts'
import {
  answeredCall,
  cancelledCall,
  counterWorld,
  localOptions,
  quickTimers,
  twoNegativeBranches,
  unansweredCall,
} from '../harness/counter-steps.ts'
import { missing } from '../harness/need.ts'
import type { Kamailio } from '../harness/start-kamailio.ts'
import { startKamailio } from '../harness/start-kamailio.ts'

// The same steps as tm-counters.e2e.ts against the program whose counters ours must equal: if this fails, the expectation is wrong.
describe.skipIf(missing('kamailio'))("tm-reference 11: the expected changes are those of Debian's Kamailio", () => {
  let kamailio: Kamailio
  let world: CounterWorld

  beforeAll(async () => {
    kamailio = await startKamailio(quickTimers)
    world = await counterWorld({ host: '127.0.0.1', port: kamailio.sipPort }, kamailio.rpc)
  })
  afterAll(async () => {
    await world?.close()
    await kamailio?.stop()
  })

  it('INVITE, 180, 200, repeated 200', () => answeredCall(world))
  it('timeout', () => unansweredCall(world))
  it('fork, 486 then 404', () => twoNegativeBranches(world))
  it('CANCEL while ringing', () => cancelledCall(world))
  it('local OPTIONS answered 200', () =>
    localOptions(world, (uri) =>
      kamailio.rpc('tm.t_uac_start', 'OPTIONS', uri, '.', '.', 'From: <sip:probe@127.0.0.1>\r\nTo: <sip:callee@127.0.0.1>\r\n'),
    ))
})
