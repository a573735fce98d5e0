import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Child } from './child.ts'
import { Port } from './ports.ts'

/** One side of the calls, played by sipp. */

const SCENARIOS = fileURLToPath(new URL('scenarios', import.meta.url))
/** sipp's own worst case: calls that never end. */
const LONGEST_RUN = 170

export interface Callee {
  readonly scenario: string
  readonly port: number
  /** Milliseconds that a <pause/> of the scenario lasts. */
  readonly pause?: number
}

export type SippTransport = 'udp' | 'tcp'

export function startCallee(callee: Callee, transport: SippTransport, folder: string): Child {
  const args = [...common(callee.scenario, transport, callee.port), '-d', String(callee.pause ?? 0), '-deadcall_wait', '3000']
  return new Child('sipp', args, { cwd: folder })
}

export interface CallLoad {
  readonly scenario: string
  /** host:port in the Request-URI. */
  readonly called: string
  readonly transport: SippTransport
  /** Calls per second. */
  readonly rate: number
  readonly calls: number
  /** Seconds after which calls that have not ended count as failed. */
  readonly patience?: number | undefined
  /** Port of the callers. */
  readonly port?: number | undefined
}

/** What the callers saw. */
export interface CallResult {
  readonly calls: number
  readonly failed: number
  readonly retransmissions: number
  readonly unexpected: number
  /** Calls that the scenario counts as good, and the same second by second. */
  readonly good: number
  readonly goodEachSecond: readonly number[]
  /** Calls per second that were really made. */
  readonly rate: number
}

export function startCallers(load: CallLoad, folder: string): Child {
  const args = [
    common(load.scenario, load.transport, load.port ?? Port.CALLER),
    ['-key', 'callee', load.called, '-inf', join(folder, 'users.csv')],
    ['-r', String(load.rate), '-m', String(load.calls), '-l', '200000', '-timeout', String(load.patience ?? LONGEST_RUN)],
    ['-trace_stat', '-stf', 'callers.csv', '-fd', '1', `127.0.0.1:${Port.PROXY}`],
  ]
  return new Child('sipp', args.flat(), { cwd: folder })
}

function common(scenario: string, transport: SippTransport, port: number): readonly string[] {
  const play = ['-sf', join(SCENARIOS, `${scenario}.xml`), '-i', '127.0.0.1', '-p', String(port), '-t', transport === 'udp' ? 'u1' : 't1']
  return [...play, '-nostdin', '-buff_size', '4194304', '-max_socket', '100', '-mp', String(20_000 + (port - Port.PROXY) * 10)]
}

/** Reads what a caller that has ended left in its folder. */
export function readResult(load: CallLoad, folder: string): CallResult {
  const [head, ...rows] = readFileSync(join(folder, 'callers.csv'), 'latin1').trim().split('\n')
  const names = head.split(';')
  const last = rows.at(-1)?.split(';') ?? []
  const value = (name: string): number => Number(last[names.indexOf(name)] ?? Number.NaN)
  const goodInPeriod = names.indexOf('GenericCounter1(P)')
  return {
    calls: value('TotalCallCreated'),
    failed: load.calls - value('SuccessfulCall(C)'),
    retransmissions: value('Retransmissions(C)'),
    unexpected: value('FailedUnexpectedMessage(C)') + value('OutOfCallMsgs(C)') + value('DeadCallMsgs(C)'),
    good: value('GenericCounter1(C)'),
    goodEachSecond: rows.map((row) => Number(row.split(';')[goodInPeriod])),
    rate: value('CallRate(C)'),
  }
}
