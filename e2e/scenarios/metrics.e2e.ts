import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'

import { missing } from '../harness/need.ts'
import { promtoolCheck, startPrometheus } from '../harness/prometheus.ts'
import { openUdp } from '../harness/raw-port.ts'
import { RawUa } from '../harness/raw-ua.ts'
import { tmStats } from '../harness/rpc.ts'
import type { Signalbox } from '../harness/start-signalbox.ts'
import { startSignalbox } from '../harness/start-signalbox.ts'
import { waitUntil } from '../harness/wait-until.ts'

describe.each([{ withApi: false }, { withApi: true }])('/metrics, with API and console: $withApi', ({ withApi }) => {
  let box: Signalbox
  beforeAll(async () => {
    box = await startSignalbox({ withApi })
    // Some traffic first: series with labels appear only with it.
    const port = await openUdp()
    const phone = new RawUa('alice', port, { host: '127.0.0.1', port: box.sipPort })
    await phone.register()
    await phone.sendRequest({ method: 'INVITE', uri: phone.uriAtProxy('nobody') })
    await phone.takeReply(404)
    await port.close()
  })
  afterAll(() => box?.stop())

  it('has HELP and TYPE and a value for every field of tm.stats', async () => {
    const page = await (await fetch(`${box.url}/metrics`)).text()
    for (const field of Object.keys(await tmStats(box.rpc))) {
      const found = new RegExp(`^# TYPE (\\S*tm_stats_${field}\\S*) \\w+$`, 'm').exec(page)
      expect(found, `a metric for ${field}`).not.toBeNull()
      expect(page).toContain(`# HELP ${found?.[1]} `)
    }
  })

  it.skipIf(missing('promtool'))('promtool check metrics has no complaint', async () => {
    const page = await (await fetch(`${box.url}/metrics`)).text()
    expect(await promtoolCheck(page)).toEqual({ code: 0, output: '' })
  })

  it.skipIf(missing('prometheus'))("Debian's Prometheus scrapes it", async () => {
    const prometheus = await startPrometheus(new URL(box.url).host)
    onTestFinished(() => prometheus.stop())
    const health = await waitUntil(
      'the target to be up',
      async () => {
        const target = await prometheus.target()
        if (target.health !== 'up') throw new Error(target.lastError)
        return target.health
      },
      15_000,
    )
    expect(health).toBe('up')
    const values = await waitUntil('a tm series', async () => {
      const found = await prometheus.query('{__name__=~".*tm_stats.*"}')
      return found.size > 0 ? found : undefined
    })
    expect(values.size).toBeGreaterThanOrEqual(15)
  })
})
