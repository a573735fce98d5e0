/** What a command needs of a SIP thread. */
export interface CommandTarget {
  call(method: string, params?: unknown, timeoutMs?: number): Promise<unknown>
}

/** One command to all SIP threads, their answers merged. */
export class WorkerPool {
  readonly #workers: readonly CommandTarget[]

  constructor(workers: readonly CommandTarget[]) {
    this.#workers = workers
  }

  /** Answers in the order of the workers; one refusal refuses the whole. */
  callAll(method: string, params: unknown = [], timeoutMs?: number): Promise<readonly unknown[]> {
    return Promise.all(this.#workers.map((worker) => worker.call(method, params, timeoutMs)))
  }

  /** Lists of all workers, one after the other. */
  async callList(method: string, params: unknown = []): Promise<readonly unknown[]> {
    const lists = await this.callAll(method, params)
    return lists.flatMap((list) => (Array.isArray(list) ? (list as readonly unknown[]) : []))
  }

  /** The answer of the one worker that has what is asked for; null when none has: those that have it not answer null. */
  async callOwner(method: string, params: unknown = []): Promise<unknown> {
    const answers = await this.callAll(method, params)
    return answers.find((answer) => answer !== null) ?? null
  }

  /** For what every worker holds alike: asked of the first. */
  callFirst(method: string, params: unknown = [], timeoutMs?: number): Promise<unknown> {
    return this.#workers[0].call(method, params, timeoutMs)
  }
}
