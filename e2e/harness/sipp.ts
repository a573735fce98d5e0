import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { startChild } from './child.ts'
import { freePort } from './free-port.ts'
import { toolPath } from './need.ts'

/** The cumulative figures of sipp's statistics file. */
export interface SippResult {
  readonly exitCode: number | null
  readonly successful: number
  readonly failed: number
  readonly unexpected: number
  readonly retransmissions: number
  readonly current: number
  /** First lines of sipp's error file. */
  readonly errors: string
}

export interface SippRun {
  readonly pid: number
  /** Waits for the end (of a uac) and gives its figures. */
  readonly result: () => Promise<SippResult>
  /** Ends it at once, should it still run: for the clean-up of a failed test. */
  readonly kill: () => void
  /** SIGUSR1: finish the running calls and leave. */
  readonly finish: () => Promise<SippResult>
}

function figures(csv: string): ReadonlyMap<string, number> {
  const [head = '', ...rows] = csv.trim().split('\n')
  const last = (rows.at(-1) ?? '').split(';')
  return new Map(head.split(';').map((name, column) => [name, Number(last[column])]))
}

/** Runs sipp on 127.0.0.1 with the given arguments, its statistics collected. */
async function startSipp(args: readonly string[]): Promise<SippRun> {
  const folder = await mkdtemp(join(tmpdir(), 'signalbox-sipp-'))
  const statistics = join(folder, 'statistics.csv')
  const errorFile = join(folder, 'errors.log')
  const child = startChild(
    toolPath('sipp'),
    [
      ...args,
      ...NO_WATCHDOG,
      ...BUFFERS,
      '-nostdin',
      '-trace_stat',
      '-fd',
      '1',
      '-stf',
      statistics,
      '-trace_err',
      '-error_file',
      errorFile,
    ],
    { cwd: folder, env: { ...process.env, TERM: 'xterm' } },
  )
  const result = async (): Promise<SippResult> => {
    const { code } = await child.exited
    const csv = await readFile(statistics, 'utf8').catch(() => '')
    const errors = await readFile(errorFile, 'utf8').catch(() => '')
    await rm(folder, { recursive: true, force: true })
    if (csv === '') throw new Error(`sipp wrote no statistics; it printed:\n${child.output().slice(-2000)}`)
    const of = (name: string): number => figures(csv).get(name) ?? Number.NaN
    return {
      exitCode: code,
      successful: of('SuccessfulCall(C)'),
      failed: of('FailedCall(C)'),
      unexpected: of('FailedUnexpectedMessage(C)'),
      retransmissions: of('Retransmissions(C)'),
      current: of('CurrentCall'),
      errors: errors.slice(0, 2000),
    }
  }
  const finish = async (): Promise<SippResult> => {
    child.signal('SIGUSR1')
    const timer = setTimeout(() => child.signal('SIGKILL'), 15_000)
    const figuresNow = await result()
    clearTimeout(timer)
    return figuresNow
  }
  return {
    pid: child.pid,
    result,
    finish,
    kill: () => {
      if (child.running()) child.signal('SIGKILL')
    },
  }
}

export interface CallLoad {
  /** u1, t1: one socket; un, tn: one per call. */
  readonly transport: 'u1' | 't1' | 'un' | 'tn'
  readonly calls: number
  readonly rate: number
  /**
   * So many calls at once, and no retransmissions: whatever is lost is a call that fails. The buffers of the sockets hold all
   * messages of so few calls, so that a machine with other work gets slow, and nothing else.
   */
  readonly atOnce?: number
}

/** A call that never ends would keep sipp for ever. */
const LIMIT_SECONDS = 200
/** sipp reports pauses of its own, which others on the machine cause, as errors of the run. */
const NO_WATCHDOG = ['-watchdog_minor_threshold', '100000', '-watchdog_major_threshold', '100000']
const BUFFERS = ['-buff_size', '4000000']
const NO_RETRANSMISSION = '-nr'

/** sipp's own uac scenario; `target` is the remote in the Request-URI, `via` the address that the messages are sent to. */
export async function startUac(load: CallLoad, target: string, via = target): Promise<SippRun> {
  const scenario = ['-sn', 'uac', '-i', '127.0.0.1', '-p', String(await freePort()), '-t', load.transport]
  const amount = ['-m', String(load.calls), '-r', String(load.rate), '-timeout', `${LIMIT_SECONDS}s`, '-timeout_error']
  const pace = load.atOnce === undefined ? [] : ['-l', String(load.atOnce), NO_RETRANSMISSION]
  const sockets = load.transport.endsWith('n') ? ['-max_socket', '15000'] : []
  return startSipp([...scenario, ...amount, ...pace, ...sockets, ...(via === target ? [] : ['-rsa', via]), target])
}

/** sipp's own uas scenario on a port, for that load. */
export async function startUas(load: Pick<CallLoad, 'transport' | 'atOnce'>, port: number): Promise<SippRun> {
  const repeats = load.atOnce === undefined ? [] : [NO_RETRANSMISSION]
  return startSipp(['-sn', 'uas', '-i', '127.0.0.1', '-p', String(port), '-t', load.transport.replace('n', '1'), ...repeats])
}
