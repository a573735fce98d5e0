import vm from 'node:vm'
import type { KsrObject } from './ksr-module.ts'

/** Longest time in ms that the top level of a script may take, with some for a busy machine; routes themselves are not limited. */
const TOP_LEVEL_TIMEOUT = 2000

export interface ScriptConsole {
  readonly debug: (...values: unknown[]) => void
  readonly log: (...values: unknown[]) => void
  readonly info: (...values: unknown[]) => void
  readonly warn: (...values: unknown[]) => void
  readonly error: (...values: unknown[]) => void
}

/** What script code gets besides the language itself. */
export interface ScriptGlobals {
  readonly ksr: KsrObject
  readonly console: ScriptConsole
}

/** A function of the script that the engine calls. Event routes get the event's name. */
export interface Route {
  readonly call: (event?: string) => unknown
  /** It may wait (`async function`): it runs in a context of its own, which others need not pay for. */
  readonly isAsync: boolean
}

/** A promise of the script's own world, and how it is kept. */
export interface Awaitable {
  readonly promise: Promise<unknown>
  readonly resolve: (value: unknown) => void
  readonly reject: (reason: unknown) => void
}

type Watch = (route: Route['call'], event: string, done: (value: unknown) => void, failed: (error: unknown) => void) => void

const nothing = new vm.Script('0')
const promiseMaker = new vm.Script('(() => Promise.withResolvers())')
const watcher = new vm.Script('((route, event, done, failed) => { route(event).then((value) => done(value), (error) => failed(error)) })')

/**
 * The world of one version of a script. Its promises go on when `drain` is called and at no other time, so that whatever runs
 * after an `await` runs where the engine wants it: inside of a turn, with its transaction at hand.
 */
export class ScriptRealm {
  readonly #context: vm.Context
  readonly #makePromise: () => Awaitable
  readonly watch: Watch

  constructor({ ksr, console }: ScriptGlobals) {
    // An ordinary global object, not one of intercepted properties: a call of KSR.x.y() costs nanoseconds.
    this.#context = vm.createContext(vm.constants.DONT_CONTEXTIFY, {
      name: 'routing script',
      codeGeneration: { strings: false, wasm: false },
      microtaskMode: 'afterEvaluate',
    })
    Object.defineProperty(this.#context, 'KSR', { value: ksr, enumerable: true })
    Object.defineProperty(this.#context, 'console', { value: console, enumerable: true })
    this.#makePromise = promiseMaker.runInContext(this.#context) as () => Awaitable
    this.watch = watcher.runInContext(this.#context) as Watch
  }

  runTopLevel(script: vm.Script): void {
    script.runInContext(this.#context, { timeout: TOP_LEVEL_TIMEOUT })
  }

  awaitable(): Awaitable {
    return this.#makePromise()
  }

  /** Runs what waits for promises that have been kept, and what that leads to. */
  drain(): void {
    nothing.runInContext(this.#context)
  }

  /** The top-level function of that name, null when there is none. */
  route(name: string): Route | null {
    // Function declarations are properties of the global object, `const` and `let` are not: they are asked for in the language.
    if (!/^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name)) return null
    try {
      const found: unknown = new vm.Script(name).runInContext(this.#context)
      return isFunction(found) ? { call: found, isAsync: Object.prototype.toString.call(found) === '[object AsyncFunction]' } : null
    } catch {
      return null
    }
  }
}

function isFunction(value: unknown): value is Route['call'] {
  return typeof value === 'function'
}
