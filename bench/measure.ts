import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pause, type Child } from './child.ts'
import { cpuMicroseconds, memoryBytes } from './process-tree.ts'
import { Prober } from './prober.ts'
import type { HoldScenario, Scenario } from './scenario.ts'
import { readResult, startCallee, startCallers, type CallResult } from './sipp.ts'
import type { Subject, SubjectSpec } from './subject.ts'
import { quantile } from './statistics.ts'

/** One run of one scenario against one proxy that was started for it. NaN: not measured. */
export interface Measurement {
  readonly cpuPerCall: number
  readonly p50: number
  readonly p99: number
  readonly memory: number
  readonly bytesPerHeldCall: number
  /** Highest good rate. */
  readonly rate: number
  /** Why the run does not count; '' when it does. */
  readonly fault: string
}

const NOTHING: Measurement = {
  cpuPerCall: Number.NaN,
  p50: Number.NaN,
  p99: Number.NaN,
  memory: Number.NaN,
  bytesPerHeldCall: Number.NaN,
  rate: Number.NaN,
  fault: '',
}

const WARM_UP_RATE = 2000
/** Longer than the 5 s for which a transaction absorbs retransmissions, so that as many come as go. */
const WARM_UP_SECONDS = 7
/** Registered users; each has one binding, refreshed again and again. */
const USERS = 2000
/** After the callers have ended, for what the proxy still has to do at once, in ms. */
const SETTLING = 300

/** A proxy and the callees behind it, while one measurement runs. */
class Stand {
  readonly #scenario: Scenario
  readonly #folder: string
  readonly #callees: Child[] = []
  #subject: Subject | null = null
  #runs = 0

  constructor(scenario: Scenario) {
    this.#scenario = scenario
    this.#folder = mkdtempSync(join(tmpdir(), 'signalbox-bench-'))
  }

  get pid(): number {
    return this.#subject?.pid ?? 0
  }

  async start(spec: SubjectSpec): Promise<void> {
    const folder = join(this.#folder, 'subject')
    mkdirSync(folder)
    this.#subject = await spec.start(folder)
    for (const callee of this.#scenario.callees) this.#callees.push(startCallee(callee, this.#scenario.transport, this.#newFolder()))
    await pause(500)
    for (const callee of this.#callees) if (!callee.running) throw new Error(`sipp has ended:\n${callee.printed}`)
  }

  /** `look` is called while the callers run, `after` ms after their start. */
  async call(rate: number, calls: number, during?: { readonly after: number; readonly look: () => void }): Promise<CallResult> {
    const folder = this.#newFolder()
    const load = { scenario: this.#scenario.caller, transport: this.#scenario.transport, rate, calls }
    const caller = startCallers(load, folder)
    const timer = during === undefined ? null : setTimeout(during.look, during.after)
    await caller.end()
    if (timer !== null) clearTimeout(timer)
    return readResult(load, folder)
  }

  async stop(): Promise<void> {
    await Promise.all(this.#callees.map((callee) => callee.stop('SIGKILL')))
    await this.#subject?.stop()
    rmSync(this.#folder, { recursive: true, force: true })
  }

  #newFolder(): string {
    const folder = join(this.#folder, String(this.#runs++))
    mkdirSync(folder)
    const users = Array.from({ length: USERS }, (_, i) => `user${i};`)
    writeFileSync(join(folder, 'users.csv'), `SEQUENTIAL\n${users.join('\n')}\n`)
    return folder
  }
}

async function onStand(scenario: Scenario, spec: SubjectSpec, run: (stand: Stand) => Promise<Measurement>): Promise<Measurement> {
  const stand = new Stand(scenario)
  try {
    await stand.start(spec)
    return await run(stand)
  } finally {
    await stand.stop()
  }
}

function faultOf({ failed, retransmissions, unexpected }: CallResult): string {
  if (failed + retransmissions + unexpected === 0) return ''
  return `${failed} failed calls, ${retransmissions} retransmissions, ${unexpected} unexpected messages`
}

/** CPU per call and response times at the rate of the scenario, `seconds` long, after the proxy has warmed up. */
export function measureCost(scenario: Scenario, spec: SubjectSpec, seconds: number): Promise<Measurement> {
  return onStand(scenario, spec, async (stand) => {
    await stand.call(WARM_UP_RATE, WARM_UP_RATE * WARM_UP_SECONDS)
    const prober = scenario.probe === null ? null : new Prober(scenario.probe)
    await prober?.start()
    const before = cpuMicroseconds(stand.pid)
    const result = await stand.call(scenario.rate, scenario.rate * seconds)
    prober?.stop()
    await pause(SETTLING)
    const cpu = cpuMicroseconds(stand.pid) - before
    prober?.close()
    return {
      ...NOTHING,
      cpuPerCall: cpu / (result.calls + (prober?.calls ?? 0)),
      p50: quantile(prober?.times ?? [], 0.5),
      p99: quantile(prober?.times ?? [], 0.99),
      memory: memoryBytes(stand.pid),
      fault: faultOf({ ...result, failed: result.failed + (prober?.unanswered ?? 0) }),
    }
  })
}

/** Memory of calls that ring together. */
export function measureHold(scenario: HoldScenario, spec: SubjectSpec): Promise<Measurement> {
  return onStand(scenario, spec, async (stand) => {
    const idle = memoryBytes(stand.pid)
    const allRing = (scenario.held / scenario.rate) * 1000 + 2000
    let held = Number.NaN
    const before = cpuMicroseconds(stand.pid)
    const result = await stand.call(scenario.rate, scenario.held, { after: allRing, look: () => void (held = memoryBytes(stand.pid)) })
    const cpuPerCall = (cpuMicroseconds(stand.pid) - before) / result.calls
    return {
      ...NOTHING,
      cpuPerCall,
      memory: memoryBytes(stand.pid),
      bytesPerHeldCall: (held - idle) / scenario.held,
      fault: faultOf(result),
    }
  })
}

const STEP = 1.25
const HIGHEST = 20_000

/** The highest rate without a failed call or a retransmission; each step has two tries, because the machine is not ours alone. */
export function measureHighestRate(scenario: Scenario, spec: SubjectSpec, seconds: number): Promise<Measurement> {
  return onStand(scenario, spec, async (stand) => {
    await stand.call(WARM_UP_RATE, WARM_UP_RATE * WARM_UP_SECONDS)
    let good = 0
    for (let rate = scenario.rate; rate <= HIGHEST; rate = Math.round(rate * STEP)) {
      // One step after the other: that is what a search is.
      // oxlint-disable-next-line no-await-in-loop
      const holds = (await holdsRate(stand, rate, seconds)) || (await holdsRate(stand, rate, seconds))
      if (!holds) break
      good = rate
    }
    return { ...NOTHING, rate: good }
  })
}

/** Good means also that the callers could keep their pace. */
async function holdsRate(stand: Stand, rate: number, seconds: number): Promise<boolean> {
  const result = await stand.call(rate, rate * seconds)
  await pause(1000)
  return faultOf(result) === '' && result.rate >= rate * 0.95
}
