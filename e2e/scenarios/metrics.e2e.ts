import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'

import { missing } from '../harness/need.ts'
import type { Prometheus } from '../harness/prometheus.ts'
import { promtoolCheck, scrapeConfigs, startPrometheus } from '../harness/prometheus.ts'
import { openUdp } from '../harness/raw-port.ts'
import { RawUa } from '../harness/raw-ua.ts'
import type { TmStats } from '../harness/rpc.ts'
import { tmStats } from '../harness/rpc.ts'
import type { Signalbox } from '../harness/start-signalbox.ts'
import { repositoryRoot, startSignalbox } from '../harness/start-signalbox.ts'
import { waitUntil } from '../harness/wait-until.ts'

/** Names as Kamailio's exporters have them: counters end in _total, the classes of replies are one metric with a label. */
function metricOf(field: keyof TmStats): { readonly name: string; readonly series: string } {
  if (/^\dxx$/.test(field)) return { name: 'signalbox_tm_stats_codes_total', series: `signalbox_tm_stats_codes_total{code="${field}"}` }
  const name = { total_local: 'signalbox_tm_stats_local_total', total: 'signalbox_tm_stats_total' }[field as string]
  const usual = `signalbox_tm_stats_${field}${field === 'current' || field === 'waiting' ? '' : '_total'}`
  return { name: name ?? usual, series: name ?? usual }
}

async function targetUp(prometheus: Prometheus): Promise<void> {
  await waitUntil(
    'the target to be up',
    async () => {
      const { health, lastError } = await prometheus.target()
      if (health !== 'up') throw new Error(lastError)
      return true
    },
    15_000,
  )
}

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

  it('has HELP, TYPE and the value of every field of tm.stats', async () => {
    const page = await (await fetch(`${box.url}/metrics`)).text()
    for (const [field, value] of Object.entries(await tmStats(box.rpc))) {
      const { name, series } = metricOf(field as keyof TmStats)
      expect(page, field).toMatch(new RegExp(`^# HELP ${name} \\S`, 'm'))
      expect(page, field).toMatch(new RegExp(`^# TYPE ${name} (counter|gauge)$`, 'm'))
      expect(page.split('\n'), field).toContain(`${series} ${value}`)
    }
  })

  it.skipIf(missing('promtool'))('promtool check metrics has no complaint', async () => {
    const page = await (await fetch(`${box.url}/metrics`)).text()
    expect(await promtoolCheck(page)).toEqual({ code: 0, output: '' })
  })

  it.skipIf(missing('prometheus'))("Debian's Prometheus scrapes it", async () => {
    const prometheus = await startPrometheus(scrapeConfigs(new URL(box.url).host))
    onTestFinished(() => prometheus.stop())
    await targetUp(prometheus)
    const values = await waitUntil('a tm series', async () => {
      const found = await prometheus.query('{__name__=~".*tm_stats.*"}')
      return found.size > 0 ? found : undefined
    })
    expect(values.size).toBeGreaterThanOrEqual(15)
  })
})

it.skipIf(missing('prometheus'))('the configuration of docs/operator/metrics.md scrapes what needs a token', async () => {
  const token = 'a-token-of-enough-length'
  const box = await startSignalbox({ withApi: true, environment: { SIGNALBOX_TOKEN: token } })
  onTestFinished(() => box.kill())
  expect((await fetch(`${box.url}/metrics`)).status).toBe(401)
  const tokenFile = join(box.dataDir, 'token-for-prometheus')
  await writeFile(tokenFile, `${token}\n`)
  const page = await readFile(join(repositoryRoot, 'docs/operator/metrics.md'), 'utf8')
  const shown = /```yaml\n([\s\S]*?)```/.exec(page)?.[1] ?? ''
  const config = shown.replace('127.0.0.1:8060', new URL(box.url).host).replace('/etc/prometheus/signalbox-token', tokenFile)
  const prometheus = await startPrometheus(config)
  onTestFinished(() => prometheus.stop())
  await targetUp(prometheus)
})
