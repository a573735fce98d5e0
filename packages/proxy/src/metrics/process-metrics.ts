import type { ThreadHealth } from '../control/worker-messages.ts'
import { counter, gauge, labelledCounter, labelledGauge, type MetricSource, type Sample } from './metric-source.ts'

/** Health of a thread by its name: `control`, `sip-0` ... */
export type ThreadHealths = ReadonlyMap<string, ThreadHealth>

export interface ProcessFacts {
  readonly version: string
  readonly nodeVersion: string
  /** Unix milliseconds. */
  readonly startedAt: number
  datagramPort(): string
  eventsLost(): number
  recordedOneIn(): number
  /** SIP threads that cannot write registrations. */
  threadsInTrouble(): number
  healths(): ThreadHealths
}

/** The process itself; `process_` names are the ones that Prometheus clients agree on. */
export function processMetrics(facts: ProcessFacts): readonly MetricSource[] {
  const perThread = (name: string, help: string, read: (health: ThreadHealth) => number) =>
    labelledGauge(name, help, ['thread'], () =>
      [...facts.healths()].map(([thread, health]) => ({ labels: { thread }, value: read(health) })),
    )
  return [
    labelledGauge('signalbox_build_info', 'Always 1; version of Signalbox and of Node.js', ['version', 'node'], () => [
      { labels: { version: facts.version, node: facts.nodeVersion }, value: 1 },
    ]),
    labelledGauge('signalbox_datagram_port_info', 'Always 1; how datagrams reach the kernel', ['port'], () => [
      { labels: { port: facts.datagramPort() }, value: 1 },
    ]),
    counter('signalbox_events_lost_total', 'Engine events that were not read in time', () => facts.eventsLost()),
    gauge('signalbox_recorded_calls_ratio', 'Share of the calls whose events are recorded', () => 1 / facts.recordedOneIn()),
    gauge('signalbox_registrar_refusing_threads', 'SIP threads that refuse registrations because they cannot write them', () =>
      facts.threadsInTrouble(),
    ),
    perThread(
      'signalbox_event_loop_delay_p50_seconds',
      'Median of the event-loop delay over the last second',
      (health) => health.loopDelayP50,
    ),
    perThread(
      'signalbox_event_loop_delay_p99_seconds',
      '99th percentile of the event-loop delay over the last second',
      (health) => health.loopDelayP99,
    ),
    perThread(
      'signalbox_event_loop_delay_p999_seconds',
      '99.9th percentile of the event-loop delay over the last second',
      (health) => health.loopDelayP999,
    ),
    perThread('signalbox_event_loop_delay_max_seconds', 'Largest event-loop delay over the last second', (health) => health.loopDelayMax),
    perThread('signalbox_heap_used_bytes', 'JavaScript heap in use', (health) => health.heapUsed),
    perThread('signalbox_heap_size_bytes', 'JavaScript heap reserved', (health) => health.heapTotal),
    labelledCounter('signalbox_gc_pauses_total', 'Garbage collections', ['thread', 'kind'], () => gcSamples(facts, 'count')),
    labelledCounter('signalbox_gc_pause_seconds_total', 'Time in garbage collections', ['thread', 'kind'], () =>
      gcSamples(facts, 'seconds'),
    ),
    perThread('signalbox_gc_pause_max_seconds', 'Longest garbage collection over the last second', (health) => health.gcMax),
    labelledCounter('signalbox_thread_wait_seconds_total', 'Time in which a SIP thread was ready and had no core', ['thread'], () =>
      threadSamples(facts, (health) => health.waited),
    ),
    labelledGauge('signalbox_thread_core', 'The core that a SIP thread stays on; missing while any may run it', ['thread'], () =>
      threadSamples(facts, (health) => health.core),
    ),
    counter('process_cpu_seconds_total', 'User and system time of the whole process', () => {
      const { user, system } = process.cpuUsage()
      return (user + system) / 1e6
    }),
    gauge('process_resident_memory_bytes', 'Resident memory of the whole process', () => process.memoryUsage.rss()),
    gauge('process_start_time_seconds', 'Start of the process, Unix time', () => facts.startedAt / 1000),
  ]
}

/** Of the threads that have such a value. */
function threadSamples(facts: ProcessFacts, read: (health: ThreadHealth) => number | null): Sample[] {
  return [...facts.healths()].flatMap(([thread, health]) => {
    const value = read(health)
    return value === null ? [] : [{ labels: { thread }, value }]
  })
}

function gcSamples(facts: ProcessFacts, key: 'count' | 'seconds'): Sample[] {
  return [...facts.healths()].flatMap(([thread, health]) =>
    Object.entries(health.gc).map(([kind, gc]) => ({ labels: { thread, kind }, value: gc[key] })),
  )
}
