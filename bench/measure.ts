import { pause } from './child.ts'
import { measureOverload } from './measure-overload.ts'
import { NOTHING, type Measurement } from './measurement.ts'
import { Prober } from './prober.ts'
import { cpuBetween, cpuMicroseconds, memoryBytes, threadMicroseconds } from './process-tree.ts'
import type { Kind, Scenario } from './scenario.ts'
import type { CallResult } from './sipp.ts'
import { Stand } from './stand.ts'
import { median, quantile } from './statistics.ts'
import type { SubjectSpec } from './subject.ts'
import { metric, threadMetric } from './metric.ts'

type Measure = (stand: Stand, scenario: Scenario, seconds: number) => Promise<Measurement>

/**
 * At the rate of the scenario. A proxy runs for weeks, and V8 needs some seconds until it has compiled what it is going to compile; a
 * transaction lives for 5 s after its end, and in the window as many are to come as go.
 */
const WARM_UP_SECONDS = 25
/** After the callers have ended, for what the proxy still has to do at once, in ms. */
const SETTLING = 300

/** Starts the proxy of `spec`, measures the scenario once and ends it. */
export async function measure(scenario: Scenario, spec: SubjectSpec, seconds: number): Promise<Measurement> {
  const stand = new Stand(scenario)
  try {
    await stand.start(spec)
    return await measures[scenario.kind](stand, scenario, seconds)
  } finally {
    await stand.stop()
  }
}

const measures: Readonly<Record<Kind, Measure>> = {
  cost: measureCost,
  hold: measureHold,
  'highest-rate': measureHighestRate,
  pauses: measurePauses,
  watching: measureWatching,
  overload: measureOverload,
}

function warmUp(stand: Stand, { rate }: Scenario): Promise<CallResult> {
  return stand.call(rate, rate * WARM_UP_SECONDS)
}

/** Retransmissions are counted, but they are no fault: the calls came to their end. */
function faultOf({ failed, unexpected }: CallResult): string {
  return failed + unexpected === 0 ? '' : `${failed} failed calls, ${unexpected} unexpected messages`
}

function perThousand({ calls, retransmissions }: CallResult): number {
  return (retransmissions / calls) * 1000
}

/**
 * CPU per call at the rate of the scenario, `seconds` long, after the proxy has warmed up; then response times, as long again: whoever
 * takes them comes between the calls, and that would be paid for by the proxy.
 */
async function measureCost(stand: Stand, scenario: Scenario, seconds: number): Promise<Measurement> {
  const { pid } = stand.subject
  const prober = scenario.probe === null ? null : await Prober.open(scenario.probe)
  // With the prober: its messages look different, and code that has never seen their like is compiled again.
  prober?.start()
  await warmUp(stand, scenario)
  prober?.stop()
  await pause(SETTLING)
  const before = threadMicroseconds(pid)
  const result = await stand.call(scenario.rate, scenario.rate * seconds)
  await pause(SETTLING)
  const cpu = cpuBetween(before, threadMicroseconds(pid))
  const loopDelay = threadMetric(await stand.subject.metrics(), 'signalbox_event_loop_delay_p99_seconds') * 1000
  const faults = [faultOf(result)]
  if (prober !== null) faults.push(await timeCalls(stand, scenario, seconds, prober))
  return {
    ...NOTHING,
    cpuPerCall: cpu.all / result.calls,
    busiestPerCall: cpu.busiest / result.calls,
    p50: quantile(prober?.times ?? [], 0.5),
    p99: quantile(prober?.times ?? [], 0.99),
    memory: memoryBytes(pid),
    loopDelay,
    retransmissions: perThousand(result),
    fault: faults.find((fault) => fault !== '') ?? '',
  }
}

/** Lets the prober take its times. Returns the fault. */
async function timeCalls(stand: Stand, { rate }: Scenario, seconds: number, prober: Prober): Promise<string> {
  prober.start()
  const result = await stand.call(rate, rate * seconds)
  prober.stop()
  await pause(SETTLING)
  prober.close()
  return faultOf({ ...result, failed: result.failed + prober.unanswered })
}

/** Calls a second that leave next to no transactions behind: what they took would be there already for those that are held. */
const GENTLE = 20

/** Memory of calls that ring together, beyond that of the idle proxy, which has carried a few calls: its code is compiled. */
async function measureHold(stand: Stand, { rate, held }: Scenario): Promise<Measurement> {
  const { pid } = stand.subject
  await stand.call(GENTLE, GENTLE * WARM_UP_SECONDS)
  await pause(SETTLING)
  const idle = memoryBytes(pid)
  const allRing = (held / rate) * 1000 + 2000
  let ringing = Number.NaN
  const before = cpuMicroseconds(pid)
  const result = await stand.call(rate, held, { after: allRing, look: () => void (ringing = memoryBytes(pid)) })
  return {
    ...NOTHING,
    cpuPerCall: (cpuMicroseconds(pid) - before) / result.calls,
    memory: memoryBytes(pid),
    bytesPerHeldCall: (ringing - idle) / held,
    retransmissions: perThousand(result),
    fault: faultOf(result),
  }
}

const STEP = 1.25
const HIGHEST = 20_000
/** The search ends when it knows the rate this exactly, or after so many steps: on a machine that others use, a low rate may fail too. */
const EXACT = 1.06
const STEPS = 10

/** The highest rate without a failed call or a retransmission, each tried twice, because the machine is not ours alone. */
async function measureHighestRate(stand: Stand, scenario: Scenario, seconds: number): Promise<Measurement> {
  await warmUp(stand, scenario)
  let good = 0
  let bad = HIGHEST
  let rate = scenario.rate
  // One step after the other: that is what a search is.
  /* oxlint-disable no-await-in-loop */
  for (let step = 0; step < STEPS && bad > good * EXACT && rate < HIGHEST; step++) {
    if ((await holdsRate(stand, rate, seconds)) || (await holdsRate(stand, rate, seconds))) good = rate
    else bad = rate
    rate = nextRate(good, bad)
  }
  /* oxlint-enable no-await-in-loop */
  return { ...NOTHING, rate: good, fault: good === 0 ? `no rate down to ${bad} calls a second was good` : '' }
}

function nextRate(good: number, bad: number): number {
  if (bad === HIGHEST) return Math.round(good * STEP)
  return Math.round(good === 0 ? bad / STEP : Math.sqrt(good * bad))
}

/** Good means also that the callers could keep their pace. */
async function holdsRate(stand: Stand, rate: number, seconds: number): Promise<boolean> {
  const result = await stand.call(rate, rate * seconds, { patience: seconds + 4 })
  await pause(1000)
  return faultOf(result) === '' && result.retransmissions === 0 && result.rate >= rate * 0.95
}

/** After this many seconds as many transactions come as go. */
const FILLING = 16

/** Event-loop delay of the SIP thread, second by second, while many transactions are alive and as many come and go. */
async function measurePauses(stand: Stand, { rate }: Scenario, seconds: number): Promise<Measurement> {
  const running = stand.call(rate, rate * (FILLING + seconds))
  await pause(FILLING * 1000)
  const texts: string[] = []
  for (let second = 0; second < seconds; second++) {
    // oxlint-disable-next-line no-await-in-loop
    await pause(1000)
    // oxlint-disable-next-line no-await-in-loop
    texts.push(await stand.subject.metrics())
  }
  const result = await running
  const milliseconds = (name: string): readonly number[] => texts.map((text) => threadMetric(text, name) * 1000)
  return {
    ...NOTHING,
    loopDelay: median(milliseconds('signalbox_event_loop_delay_p99_seconds')),
    live: median(texts.map((text) => metric(text, 'signalbox_tm_stats_current'))),
    pause: median(milliseconds('signalbox_event_loop_delay_p999_seconds')),
    longestPause: Math.max(...milliseconds('signalbox_event_loop_delay_max_seconds')),
    collection: Math.max(...milliseconds('signalbox_gc_pause_max_seconds')),
    memory: memoryBytes(stand.subject.pid),
    retransmissions: perThousand(result),
    fault: faultOf(result),
  }
}

const CONSOLES = 5
const WINDOWS = 3
/** Seconds of calls before each window: the first seconds of consoles are V8 compiling, and transactions of before end in either window. */
const OPENING = 20
/** For so long the API keeps what nobody looks at any more, in case the browser comes back. */
const LINGERING = 11_000

/** CPU per call of one proxy in turn without and with consoles that look on. */
async function measureWatching(stand: Stand, scenario: Scenario, seconds: number): Promise<Measurement> {
  const { rate } = scenario
  await warmUp(stand, scenario)
  const alone: number[] = []
  const ratios: number[] = []
  const faults: string[] = []
  const cost = async (): Promise<number> => {
    await stand.call(rate, rate * OPENING)
    const before = cpuMicroseconds(stand.subject.pid)
    const result = await stand.call(rate, rate * seconds)
    faults.push(faultOf(result))
    return (cpuMicroseconds(stand.subject.pid) - before) / result.calls
  }
  // In turn, or they would measure each other.
  /* oxlint-disable no-await-in-loop */
  for (let window = 0; window < WINDOWS; window++) {
    const unwatched = await cost()
    const close = await stand.subject.watch(CONSOLES)
    ratios.push((await cost()) / unwatched)
    alone.push(unwatched)
    close()
    await pause(LINGERING)
  }
  /* oxlint-enable no-await-in-loop */
  return { ...NOTHING, cpuPerCall: median(alone), watched: median(ratios), fault: faults.find((fault) => fault !== '') ?? '' }
}
