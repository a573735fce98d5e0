import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { tmStatsKeys } from '@signalbox/contract'
import { describe, expect, it } from 'vitest'
import { Counter, createCounters, Direction, requestCounter, responseCounter, slReplyCounter } from './counter-layout.ts'
import { EngineCounters } from './engine-counters.ts'
import { dnsMetrics } from './dns-metrics.ts'
import { messageMetrics } from './message-metrics.ts'
import { processMetrics } from './process-metrics.ts'
import { PrometheusText } from './prometheus.ts'
import { tmMetrics } from './tm-metrics.ts'
import { tmStatsOf } from './tm-stats.ts'

const health = {
  loopDelayP50: 0.001,
  loopDelayP99: 0.02,
  loopDelayP999: 0.03,
  waited: 1.5,
  core: 3,
  gcMax: 0.004,
  loopDelayMax: 0.03,
  heapUsed: 5,
  heapTotal: 9,
  gc: { minor: { count: 2, seconds: 0.5 } },
}
const facts = {
  version: '0.1.0',
  nodeVersion: 'v26.10.0',
  startedAt: 1_795_380_341_000,
  datagramPort: () => 'ffi',
  eventsLost: () => 3,
  recordedOneIn: () => 4,
  threadsInTrouble: () => 0,
  healths: () => new Map([['sip-0', health]]),
}

function setup() {
  const workers = [createCounters(), createCounters()]
  const counters = new EngineCounters(workers)
  const text = new PrometheusText([...tmMetrics(counters), ...messageMetrics(counters), ...dnsMetrics(counters), ...processMetrics(facts)])
  return { workers, counters, text }
}

describe('tmStatsOf', () => {
  it('MUST give the keys of tm-reference 11 in their order', () => {
    expect(Object.keys(tmStatsOf(setup().counters))).toEqual([...tmStatsKeys])
  })

  it('adds up the SIP threads; current is total without the deleted', () => {
    const { workers, counters } = setup()
    workers[0][Counter.tmTotal] = 5
    workers[1][Counter.tmTotal] = 2
    workers[1][Counter.tmDeleted] = 1
    expect(tmStatsOf(counters)).toMatchObject({ total: 7, current: 6 })
  })
})

describe('PrometheusText', () => {
  it('tells the core that a SIP thread stays on, and how long it waited for one; nothing of threads that the system leaves free', async () => {
    const page = await setup().text.render()
    expect(page).toContain('signalbox_thread_wait_seconds_total{thread="sip-0"} 1.5\n')
    expect(page).toContain('signalbox_thread_core{thread="sip-0"} 3\n')
    const free = new Map([['control', { ...health, waited: null, core: null }]])
    const other = await new PrometheusText(processMetrics({ ...facts, healths: () => free })).render()
    expect(other).not.toMatch(/^signalbox_thread_\w+\{/m)
  })

  it('tells lookups, failovers, the blocklist and suspended transactions', async () => {
    const { workers, text } = setup()
    const values = {
      dnsLookups: 1,
      dnsFailures: 2,
      dnsHits: 3,
      dnsNegativeHits: 4,
      dnsFailovers: 5,
      blocklistings: 6,
      blockedSends: 7,
    } as const
    for (const [name, value] of Object.entries(values)) workers[1][Counter[name as keyof typeof values]] = value
    workers[0][Counter.suspended] = 8
    workers[0][Counter.suspensions] = 9
    const page = await text.render()
    for (const line of [
      'signalbox_dns_lookups_total 1',
      'signalbox_dns_failed_lookups_total 2',
      'signalbox_dns_cache_hits_total{kind="records"} 3',
      'signalbox_dns_cache_hits_total{kind="none"} 4',
      'signalbox_dns_failovers_total 5',
      'signalbox_blocklist_added_total 6',
      'signalbox_blocklist_blocked_total 7',
      'signalbox_tm_suspended 8',
      'signalbox_tm_suspensions_total 9',
    ]) {
      expect(page).toContain(`${line}\n`)
    }
  })

  it('names every field of tm.stats', async () => {
    const { workers, text } = setup()
    workers[0][Counter.tmTotal] = 4
    workers[0][Counter.tm4xx] = 3
    const page = await text.render()
    expect(page).toContain('signalbox_tm_stats_current 4\n')
    expect(page).toContain('signalbox_tm_stats_codes_total{code="4xx"} 3\n')
    const fields = ['current', 'waiting', 'total', 'local_total', 'rpl_received_total', 'rpl_generated_total', 'rpl_sent_total']
    for (const field of [...fields, 'created_total', 'freed_total', 'delayed_free_total'])
      expect(page).toContain(`# HELP signalbox_tm_stats_${field} `)
  })

  it('tells messages by direction, method or code, and transport', async () => {
    const { workers, counters, text } = setup()
    workers[0][requestCounter(Direction.RECEIVED, 1, 1)] = 7
    workers[1][requestCounter(Direction.RECEIVED, 1, 1)] = 1
    workers[0][responseCounter(Direction.SENT, 2, 486)] = 2
    workers[0][slReplyCounter(404)] = 9
    const page = await text.render()
    expect(page).toContain('signalbox_requests_total{direction="received",method="INVITE",transport="udp"} 8\n')
    expect(page).toContain('signalbox_replies_total{direction="sent",code="486",transport="tcp"} 2\n')
    expect(page).toContain('signalbox_sl_stats_codes_total{code="404"} 9\n')
    expect([counters.messages('received'), counters.messages('sent')]).toEqual([8, 2])
  })

  it('has no metric that docs/operator/metrics.md does not have, nor the other way round', async () => {
    const page = await setup().text.render()
    const served = [...page.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name, type]) => `${name} ${type}`)
    const manual = readFileSync(new URL('../../../../docs/operator/metrics.md', import.meta.url), 'utf8')
    const documented = [...manual.matchAll(/^\| `(?!signalbox_api_)(\w+)` \| (\w+) \|/gm)].map(([, name, type]) => `${name} ${type}`)
    expect(documented.toSorted()).toEqual(served.toSorted())
  })

  it('does not count twice when scraped twice', async () => {
    const { workers, text } = setup()
    workers[0][Counter.tmTotal] = 4
    await text.render()
    expect(await text.render()).toContain('signalbox_tm_stats_total 4\n')
  })

  const promtool = (args: readonly string[], input = '') => spawnSync('promtool', args, { input, encoding: 'utf8' })
  const installed = promtool(['--version']).error === undefined
  it.skipIf(!installed)('MUST be clean for promtool check metrics', async () => {
    const { workers, text } = setup()
    for (const worker of workers) worker.fill(1)
    const result = promtool(['check', 'metrics'], await text.render())
    expect(result.stderr + result.stdout).toBe('')
    expect(result.status).toBe(0)
  })
})
