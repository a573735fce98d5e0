import { readFileSync } from 'node:fs'
import type { EventBus } from '../../src/bus/event-bus.ts'
import type { ScriptServices as EngineServices } from '../../src/engine.ts'
import type { Log } from '../../src/log/log.ts'
import type { RegistrarParameters } from '../../src/registrar/registrar-parameters.ts'
import type { Script } from '../../src/script/script.ts'
import type { ContactChange, ContactJournal } from '../../src/usrloc/contact-journal.ts'
import { ParameterSet } from '../../src/thread/parameter-set.ts'
import { parameterValue, type TmParameters } from '../../src/tm/parameters.ts'
import { Location } from '../../src/usrloc/location.ts'
import { SimulatedProxy } from '../simulation/simulated-proxy.ts'
import type { World } from '../simulation/world.ts'
import { simulatedScript } from './simulated-script.ts'

export const defaultScriptText = readFileSync(new URL('../../src/script/default-script.js', import.meta.url), 'utf8')

/** A store whose commits take some simulated time, and fail when they are told to. */
export class SimulatedJournal implements ContactJournal {
  readonly batches: (readonly ContactChange[])[] = []
  delay = 3
  fails = false
  readonly #world: World

  constructor(world: World) {
    this.#world = world
  }

  append(changes: readonly ContactChange[], done: (ok: boolean) => void): void {
    const ok = !this.fails
    if (ok) this.batches.push(changes)
    this.#world.after(this.delay, () => done(ok))
  }
}

export interface ScriptedOptions {
  readonly address?: string
  /** Text of the routing script; the shipped one by default. */
  readonly script?: string
  readonly gateways?: readonly string[]
  readonly registrar?: Partial<RegistrarParameters>
  readonly params?: Readonly<Record<string, number | string>>
  readonly bus?: EventBus
  /** Names that resolve, to addresses. */
  readonly names?: Readonly<Record<string, string>>
}

/** The real engine with the real script layer and registrar in simulated time. */
export class ScriptedProxy {
  readonly proxy: SimulatedProxy
  readonly location = new Location()
  readonly journal: SimulatedJournal
  /** What was logged, `level text`. */
  readonly log: string[] = []
  readonly #world: World
  readonly #options: ScriptedOptions
  #script: Script | null = null
  #settings: ParameterSet<TmParameters> | null = null

  constructor(world: World, options: ScriptedOptions = {}) {
    this.#world = world
    this.#options = options
    this.journal = new SimulatedJournal(world)
    this.proxy = new SimulatedProxy(world, {
      ...(options.address === undefined ? {} : { address: options.address }),
      ...(options.params === undefined ? {} : { params: options.params }),
      ...(options.bus === undefined ? {} : { bus: options.bus }),
      ...(options.names === undefined ? {} : { names: options.names }),
      script: (services) => this.#make(services),
    })
  }

  get address(): string {
    return this.proxy.address
  }

  /** The script layer; the test has loaded its script. */
  get script(): Script {
    if (this.#script === null) throw new Error('the engine made no script')
    return this.#script
  }

  /** The parameters of tm, as cfg.* reaches them. */
  get settings(): ParameterSet<TmParameters> {
    if (this.#settings === null) throw new Error('the engine made no script')
    return this.#settings
  }

  #make(services: EngineServices): Script {
    const { gateways, registrar, script: text } = this.#options
    this.#settings = new ParameterSet(services.params, parameterValue)
    this.#script = simulatedScript(services, () => this.proxy, {
      text: text ?? defaultScriptText,
      settings: this.settings,
      location: this.location,
      journal: this.journal,
      log: recordingLog(this.log),
      ...(gateways === undefined ? {} : { gateways }),
      ...(registrar === undefined ? {} : { registrar }),
    })
    return this.#script
  }

  run(ms: number): void {
    this.#world.run(ms)
  }
}

/** Keeps entries of every level but debug. */
export function recordingLog(entries: string[]): Log {
  const say =
    (level: string) =>
    (text: string): void => {
      entries.push(`${level} ${text}`)
    }
  return {
    alert: say('alert'),
    critical: say('critical'),
    error: say('error'),
    warn: say('warn'),
    notice: say('notice'),
    info: say('info'),
    debug: () => undefined,
    at: (level, text) => void entries.push(`${level} ${text}`),
    enabled: (level) => level <= 3,
  }
}
