import { setTimeout as sleep } from 'node:timers/promises'
import type { ReadyMessage } from './part-message.ts'
import { describeExit, Part, type PartExit, type PartPlan } from './part.ts'
import { Backoff, type RestartPolicy } from './restart-policy.ts'

/** A part that is started again when it ends without being asked to. */
export class SupervisedPart {
  readonly #plan: PartPlan
  readonly #backoff: Backoff
  readonly #say: (line: string) => void
  readonly #stopping = new AbortController()
  #part: Part

  constructor(plan: PartPlan, policy: RestartPolicy, say: (line: string) => void) {
    this.#plan = plan
    this.#backoff = new Backoff(policy)
    this.#say = say
    this.#part = new Part(plan)
  }

  /** Of the first start; a part that never served is not started again. */
  get ready(): Promise<ReadyMessage> {
    return this.#part.ready
  }

  /** Keeps it running; resolves when it has ended for good. */
  async keep(): Promise<PartExit> {
    for (;;) {
      // Each turn is one life of the process: nothing could run at the same time.
      // oxlint-disable-next-line no-await-in-loop
      const exit = await this.#part.exited
      const pause = this.#stopping.signal.aborted ? null : this.#backoff.after(exit)
      if (pause === null) return exit
      this.#say(`${this.#plan.name} ${describeExit(exit)}; starting it again in ${pause / 1000} s.`)
      try {
        // oxlint-disable-next-line no-await-in-loop
        await sleep(pause, undefined, { signal: this.#stopping.signal })
      } catch {
        return exit
      }
      this.#restart()
    }
  }

  stop(limit: number): Promise<PartExit> {
    this.#stopping.abort()
    return this.#part.stop(limit)
  }

  kill(): void {
    this.#stopping.abort()
    this.#part.kill()
  }

  #restart(): void {
    this.#part = new Part(this.#plan)
    this.#part.ready.then(
      () => this.#say(`${this.#plan.name} is back.`),
      // Its end is told by the next turn of keep().
      () => undefined,
    )
  }
}
