import type { ContactChange, ContactJournal } from './contact-journal.ts'

/** Hands a batch to the store's thread; its answer comes back through `settled`. */
export type PostBatch = (seq: number, batch: readonly ContactChange[]) => void

/**
 * Group commit: while one batch is on its way to the disk, further changes gather and travel together as the next one.
 * So a lone REGISTER waits for one sync, and a thousand at once share a few.
 */
export class BatchedJournal implements ContactJournal {
  readonly #post: PostBatch
  #seq = 0
  #sent: ((ok: boolean) => void)[] = []
  #waiting: ((ok: boolean) => void)[] = []
  #changes: ContactChange[] = []

  constructor(post: PostBatch) {
    this.#post = post
  }

  /** Changes that nobody has answered for yet. */
  get pending(): number {
    return this.#sent.length + this.#waiting.length
  }

  append(changes: readonly ContactChange[], done: (ok: boolean) => void): void {
    this.#changes.push(...changes)
    this.#waiting.push(done)
    if (this.#sent.length === 0) this.#flush()
  }

  /** The store has committed (or given up) batch `seq`. Answers for any other batch are none of ours. */
  settled(seq: number, ok: boolean): void {
    if (seq !== this.#seq || this.#sent.length === 0) return
    const sent = this.#sent
    this.#sent = []
    if (this.#waiting.length > 0) this.#flush()
    for (const done of sent) done(ok)
  }

  #flush(): void {
    const batch = this.#changes
    this.#sent = this.#waiting
    this.#changes = []
    this.#waiting = []
    this.#post(++this.#seq, batch)
  }
}
