import type { Fault, Topic } from '@signalbox/contract'
import type { EngineCalls } from './client.ts'
import { EngineFault } from './engine-fault.ts'
import { ApiError } from '../errors.ts'

/** The topics that this API wants of the engine: one subscription each, however many browsers listen. */
export class EngineSubscriptions {
  readonly #engine: EngineCalls
  readonly #wanted = new Set<Topic>()
  readonly #onRefused: (topic: Topic, fault: Fault) => void
  #up = false

  /** `onRefused`: the engine does not serve the topic, for the reason in the fault; it is no longer wanted then. */
  constructor(engine: EngineCalls, onRefused: (topic: Topic, fault: Fault) => void) {
    this.#engine = engine
    this.#onRefused = onRefused
  }

  /** The engine came or went; after a return everything is subscribed anew, from a snapshot. */
  state(up: boolean): void {
    this.#up = up
    if (up) for (const topic of this.#wanted) this.#subscribe(topic)
  }

  want(topic: Topic): void {
    this.#wanted.add(topic)
    if (this.#up) this.#subscribe(topic)
  }

  /** Asks for a new snapshot of a topic that is wanted already. */
  restart(topic: Topic): void {
    if (this.#up && this.#wanted.has(topic)) this.#subscribe(topic)
  }

  drop(topic: Topic): void {
    if (!this.#wanted.delete(topic) || !this.#up) return
    // An engine that went away meanwhile has forgotten the topic anyway.
    this.#engine.call('signalbox.unsubscribe', [topic]).catch(() => undefined)
  }

  #subscribe(topic: Topic): void {
    this.#engine.call('signalbox.subscribe', [topic]).catch((error: unknown) => {
      // A lost connection subscribes again when it is back; an answer that is late is asked for again.
      if (!(error instanceof EngineFault)) {
        if (error instanceof ApiError && error.code === 'ENGINE_TIMEOUT') this.restart(topic)
        return
      }
      this.#wanted.delete(topic)
      this.#onRefused(topic, error.fault)
    })
  }
}
