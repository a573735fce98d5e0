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
import type { Signalbox } from '../harness/start-signalbox.ts'
import { startSignalbox } from '../harness/start-signalbox.ts'

describe('tm-reference 11: tm.stats moves step by step as observed at Kamailio', () => {
  let box: Signalbox
  let world: CounterWorld

  beforeAll(async () => {
    box = await startSignalbox({ tm: quickTimers })
    world = await counterWorld({ host: '127.0.0.1', port: box.sipPort }, box.rpc)
  })
  afterAll(async () => {
    await world?.close()
    await box?.stop()
  })

  it('INVITE, 180, 200, repeated 200', () => answeredCall(world))
  it('timeout', () => unansweredCall(world))
  it('fork, 486 then 404', () => twoNegativeBranches(world))
  it('CANCEL while ringing', () => cancelledCall(world))
  it('local OPTIONS answered 200', () =>
    localOptions(world, (uri) =>
      box.rpc('tm.t_uac_start', 'OPTIONS', uri, '.', '.', 'From: <sip:probe@127.0.0.1>\r\nTo: <sip:callee@127.0.0.1>\r\n'),
    ))
})
