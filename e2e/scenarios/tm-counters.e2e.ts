import { afterAll, beforeAll, describe, it, onTestFinished } from 'vitest'

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
import { openUdp } from '../harness/raw-port.ts'
import { RawUa } from '../harness/raw-ua.ts'
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
})

// The proxy sends the OPTIONS when a MESSAGE asks it to; the stateless 200 to the MESSAGE touches no counter of tm.
const localRequestScript = `function ksr_request_route() {
  if (KSR.is_MESSAGE()) {
    KSR.tm.t_uac_send("OPTIONS", KSR.pv.get("$rb"), "", "", "From: <sip:probe@127.0.0.1>\\r\\nTo: <sip:callee@127.0.0.1>\\r\\n", "");
    KSR.sl.send_reply(200, "Sent");
  }
  return 1;
}
`

describe('tm-reference 11: a local request', () => {
  it('local OPTIONS answered 200', async () => {
    const box = await startSignalbox({ tm: quickTimers, script: localRequestScript })
    onTestFinished(() => box.kill())
    const proxy = { host: '127.0.0.1', port: box.sipPort }
    const world = await counterWorld(proxy, box.rpc)
    onTestFinished(() => world.close())
    const asking = new RawUa('asking', await openUdp(), proxy)
    onTestFinished(() => asking.port.close())
    await localOptions(world, async (uri) => {
      await asking.sendRequest({ method: 'MESSAGE', uri: asking.uriAtProxy('proxy'), body: uri })
      await asking.takeReply(200)
    })
  })
})
