import { writeFile } from 'node:fs/promises'

import { describe, expect, it, onTestFinished } from 'vitest'

import { freePort } from '../harness/free-port.ts'
import { missing } from '../harness/need.ts'
import { openUdp } from '../harness/raw-port.ts'
import { RawUa } from '../harness/raw-ua.ts'
import { RpcFault } from '../harness/rpc.ts'
import { startUac, startUas } from '../harness/sipp.ts'
import type { Signalbox } from '../harness/start-signalbox.ts'
import { startSignalbox } from '../harness/start-signalbox.ts'

/** Relays everything; `marker` is the reason of its answer to OPTIONS, so that a test can see which version serves. */
function relayScript(gatewayPort: number, marker: string): string {
  return `function ksr_request_route() {
  if (KSR.is_method("OPTIONS")) { KSR.sl.send_reply(200, "${marker}"); return 1; }
  if (KSR.siputils.has_totag() > 0 && KSR.rr.loose_route() > 0) { KSR.tm.t_relay(); return 1; }
  if (KSR.is_method("INVITE")) KSR.rr.record_route();
  KSR.pv.sets("$du", "sip:127.0.0.1:${gatewayPort}");
  KSR.tm.t_relay();
  return 1;
}
`
}

const broken: readonly { readonly what: string; readonly text: string; readonly line: number; readonly reason: RegExp }[] = [
  {
    what: 'a syntax error',
    text: 'function ksr_request_route() {\n  KSR.tm.t_relay(;\n}\n',
    line: 2,
    reason: /unexpected|expected|SyntaxError/i,
  },
  {
    what: 'an error while it loads',
    text: 'const limit = 5;\n\nlimits.push(limit);\nfunction ksr_request_route() {}\n',
    line: 3,
    reason: /limits/,
  },
  { what: 'no request route', text: 'function ksr_reply_route() {\n  return 1;\n}\n', line: 1, reason: /ksr_request_route/ },
]

async function refusal(box: Signalbox): Promise<RpcFault> {
  try {
    await box.rpc('reload')
  } catch (fault) {
    if (fault instanceof RpcFault) return fault
    throw fault
  }
  throw new Error('reload took a broken script')
}

async function reasonOfOptions(box: Signalbox): Promise<string> {
  const port = await openUdp()
  const phone = new RawUa('probe', port, { host: '127.0.0.1', port: box.sipPort })
  await phone.sendRequest({ method: 'OPTIONS', uri: `sip:127.0.0.1:${box.sipPort}` })
  const reply = await phone.takeReply(200)
  await port.close()
  return reply.reason
}

const LOAD = { transport: 'u1', calls: 1500, rate: 150, atOnce: 40 } as const

describe.skipIf(missing('sipp'))('reload while calls run', () => {
  it('refuses broken scripts with file, line and reason, keeps the old one, takes a good one; zero failed calls', async () => {
    const uasPort = await freePort()
    const box = await startSignalbox({ script: relayScript(uasPort, 'first'), tm: { retr_timer1: 60_000 } })
    onTestFinished(() => box.kill())
    const uas = await startUas(LOAD, uasPort)
    onTestFinished(() => void uas.kill())
    const proxy = `127.0.0.1:${box.sipPort}`
    const uac = await startUac(LOAD, `127.0.0.1:${uasPort}`, proxy)
    onTestFinished(() => void uac.kill())
    for (const { what, text, line, reason } of broken) {
      await writeFile(box.scriptFile, text)
      const fault = await refusal(box)
      expect(fault.code, what).toBe(500)
      expect(fault.message, what).toContain(`${box.scriptFile}:${line}:`)
      expect(fault.message, what).toMatch(reason)
      expect(await reasonOfOptions(box), what).toBe('first')
    }
    await writeFile(box.scriptFile, relayScript(uasPort, 'second'))
    expect(await box.rpc('reload')).toMatchObject({ script: box.scriptFile })
    expect(await reasonOfOptions(box)).toBe('second')
    const caller = await uac.result()
    const callee = await uas.finish()
    expect(caller).toMatchObject({ successful: 1500, failed: 0, unexpected: 0, errors: '' })
    expect(callee).toMatchObject({ successful: 1500, failed: 0, unexpected: 0 })
  })
})
