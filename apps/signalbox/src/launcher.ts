import { isLoopback } from '@signalbox/contract'
import { formatHost } from '@signalbox/proxy/config/address.ts'
import { ConfigError } from '@signalbox/proxy/config/config-error.ts'
import type { Config } from '@signalbox/proxy/config/config.ts'
import { accessToken } from './access-token.ts'
import { describeExit, exitCodeOf, Part, PartFailure, type PartExit } from './part.ts'
import type { ReadyMessage } from './part-message.ts'
import { apiPlan, demoPlan, enginePlan, type PartScripts } from './plans.ts'
import { SupervisedPart } from './supervised-part.ts'

/** How long the API and the demo may take to end, ms. */
const POLITE = 3000
/** On top of the engine's own limit, ms. */
const ENGINE_GRACE = 3000
const ENGINE_CRASHES = 5

export interface LauncherUse {
  readonly config: Config
  /** The command line as it was given. */
  readonly args: readonly string[]
  readonly scripts: PartScripts
  /** Called once, when everything serves. */
  readonly onServing: (facts: Serving) => void
  /** One sentence for the operator. */
  readonly say: (line: string) => void
}

export interface Serving {
  readonly listeners: readonly string[]
  readonly url: string | null
  readonly token: string | null
  readonly demo: boolean
}

/** Starts engine, API and demo in that order, keeps them running, and stops them in the opposite one. */
export class Launcher {
  readonly #use: LauncherUse
  readonly #stopped = Promise.withResolvers<'stop'>()
  #stopping = false
  #engine: SupervisedPart | null = null
  #api: SupervisedPart | null = null
  #demo: Part | null = null

  constructor(use: LauncherUse) {
    this.#use = use
  }

  /** Resolves with the exit code when all parts have ended. */
  async run(): Promise<number> {
    try {
      return await this.#serve()
    } catch (error) {
      if (!(error instanceof PartFailure) && !(error instanceof ConfigError)) throw error
      if (error.message !== '') this.#use.say(error.message)
      return error.exitCode
    } finally {
      await this.#stopParts()
    }
  }

  /** Graceful. */
  stop(): void {
    this.#stopping = true
    this.#stopped.resolve('stop')
  }

  /** At once. */
  kill(): void {
    this.stop()
    this.#demo?.kill()
    this.#api?.kill()
    this.#engine?.kill()
  }

  async #serve(): Promise<number> {
    const { config, args, scripts, say } = this.#use
    if (config.http === null && !config.engineOnly) throw new ConfigError('--http none leaves no place for the API; give --engine-only too')
    const token = this.#token()
    const engine = new SupervisedPart(
      enginePlan(scripts.engine, args, config, token),
      // Who ends by itself had a reason and said it; who is killed (out of memory, a crash in native code) comes back.
      { recoversFrom: (exit) => exit.signal !== null, limit: ENGINE_CRASHES },
      say,
    )
    this.#engine = engine
    const ready = await this.#first(engine)
    if (ready === 'stop') return 0
    const ended = engine.keep()
    const url = await this.#startApi(ready, token)
    if (this.#stopping) return 0
    const demo = config.demo && this.#startDemo(ready.listeners ?? [])
    this.#use.onServing({ listeners: ready.listeners ?? [], url, token, demo })
    const outcome = await Promise.race([ended, this.#stopped.promise])
    return outcome === 'stop' ? 0 : this.#engineEnded(outcome)
  }

  #token(): string | null {
    const { http, dataDir } = this.#use.config
    const given = process.env['SIGNALBOX_TOKEN']
    if (http === null) return null
    if ((given === undefined || given === '') && isLoopback(http.host)) return null
    return accessToken(dataDir, given)
  }

  #first(part: SupervisedPart): Promise<ReadyMessage | 'stop'> {
    return Promise.race([part.ready, this.#stopped.promise])
  }

  /** The address where HTTP is served, by the API or by the engine. */
  async #startApi(engine: ReadyMessage, token: string | null): Promise<string | null> {
    const { config, scripts, say } = this.#use
    if (config.http === null) return null
    const host = formatHost(config.http.host)
    if (config.engineOnly) return engine.http ?? `http://${host}:${config.http.port}`
    const plan = apiPlan(scripts.api, config, `${host}:${config.http.port}`, token)
    this.#api = new SupervisedPart(plan, { recoversFrom: () => true, limit: Infinity }, say)
    const ready = await this.#first(this.#api)
    if (ready === 'stop') return null
    void this.#api.keep()
    return ready.http ?? `http://${host}:${config.http.port}`
  }

  #startDemo(listeners: readonly string[]): boolean {
    const { scripts, say } = this.#use
    const proxy = listeners.find((listener) => listener.startsWith('udp:'))
    if (proxy === undefined) {
      say('the demo phones speak UDP only; add a --listen udp:127.0.0.1:5060 for them.')
      return false
    }
    const demo = new Part(demoPlan(scripts.demo, reachable(proxy)))
    this.#demo = demo
    void demo.exited.then((exit) => {
      if (this.#demo === demo) say(`the demo ${describeExit(exit)}; everything else goes on.`)
    })
    return true
  }

  #engineEnded(exit: PartExit): number {
    this.#use.say(`the engine ${describeExit(exit)}; stopping everything else.`)
    return exitCodeOf(exit)
  }

  /** The engine last: the demo says goodbye through it, and without the API nobody takes it for healthy any more. */
  async #stopParts(): Promise<void> {
    const demo = this.#demo
    this.#demo = null
    await Promise.all([demo?.stop(POLITE), this.#api?.stop(POLITE)])
    await this.#engine?.stop(this.#use.config.shutdownTimeoutMs + ENGINE_GRACE)
  }
}

/** What listens on every address is reached on loopback. */
function reachable(listener: string): string {
  return listener.replace(':0.0.0.0:', ':127.0.0.1:').replace(':[::]:', ':[::1]:')
}
