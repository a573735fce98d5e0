import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pause, type Child } from './child.ts'
import { freePorts } from './free-ports.ts'
import { Port } from './ports.ts'
import type { Scenario } from './scenario.ts'
import { readResult, startCallee, startCallers, type CallResult } from './sipp.ts'
import type { Subject, SubjectSpec } from './subject.ts'

/** Registered users; each has one binding, refreshed again and again. */
const USERS = 2000

export interface CallOptions {
  /** Called while the callers run, `after` ms after their start. */
  readonly look?: () => void
  readonly after?: number
  /** Seconds after which calls that have not ended count as failed; without it they have as long as they take. */
  readonly patience?: number
  /** Of the callers, when others call at the same time. */
  readonly port?: number
}

/** A proxy and the callees behind it, while one measurement runs. */
export class Stand {
  readonly #scenario: Scenario
  readonly #folder: string
  readonly #callees: Child[] = []
  #subject: Subject | null = null
  #runs = 0

  constructor(scenario: Scenario) {
    this.#scenario = scenario
    this.#folder = mkdtempSync(join(tmpdir(), 'signalbox-bench-'))
  }

  get subject(): Subject {
    if (this.#subject === null) throw new Error('the proxy has not been started')
    return this.#subject
  }

  async start(spec: SubjectSpec): Promise<void> {
    const folder = join(this.#folder, 'subject')
    mkdirSync(folder)
    await freePorts()
    this.#subject = await spec.start(folder, this.#scenario.routing)
    for (const callee of this.#scenario.callees) this.#callees.push(startCallee(callee, this.#scenario.transport, this.#newFolder()))
    await pause(500)
    for (const callee of this.#callees) if (!callee.running) throw new Error(`sipp has ended:\n${callee.printed}`)
    if (this.#scenario.registered !== null) await register(this.#scenario.registered)
  }

  async call(rate: number, calls: number, options: CallOptions = {}): Promise<CallResult> {
    const { after = 0, look, patience, port } = options
    const folder = this.#newFolder()
    const { caller, called, transport } = this.#scenario
    const load = { scenario: caller, called: `127.0.0.1:${called}`, transport, rate, calls, patience, port }
    const callers = startCallers(load, folder)
    const timer = look === undefined ? null : setTimeout(look, after)
    await callers.end()
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

/** Binds `user` to the callee. */
async function register(user: string): Promise<void> {
  const socket = createSocket('udp4')
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  const { port } = socket.address()
  const lines = [
    `REGISTER sip:127.0.0.1:${Port.PROXY} SIP/2.0`,
    `Via: SIP/2.0/UDP 127.0.0.1:${port};branch=z9hG4bK-register-${port}`,
    `From: <sip:${user}@127.0.0.1:${Port.PROXY}>;tag=${port}`,
    `To: <sip:${user}@127.0.0.1:${Port.PROXY}>`,
    `Call-ID: register-${port}`,
    'CSeq: 1 REGISTER',
    `Contact: <sip:${user}@127.0.0.1:${Port.CALLEE}>`,
    'Expires: 3600',
    'Max-Forwards: 10',
    'Content-Length: 0',
  ]
  socket.send(`${lines.join('\r\n')}\r\n\r\n`, Port.PROXY, '127.0.0.1')
  const [reply] = (await once(socket, 'message', { signal: AbortSignal.timeout(5000) })) as [Buffer]
  socket.close()
  if (!reply.toString('latin1').startsWith('SIP/2.0 200'))
    throw new Error(`the proxy does not register ${user}:\n${reply.toString('latin1')}`)
}
