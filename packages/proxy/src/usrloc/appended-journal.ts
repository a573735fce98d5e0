import type { ContactChange, ContactJournal } from './contact-journal.ts'
import { JournalBatch } from './journal-format.ts'

/** A file that grows at its end. */
export interface JournalFile {
  /** Writes bytes[0, length) behind what is there. False: nothing of it was kept. Whatever the file has to say about that, it says itself. */
  append(bytes: Uint8Array, length: number): boolean
  /** Calls `done` later, once everything appended until now is on the disk, or will never be. */
  sync(done: (ok: boolean) => void): void
}

type Done = (ok: boolean) => void

/**
 * Group commit: what the REGISTERs of one turn change becomes one batch, written by one call at the end of the turn. A process that
 * is killed loses nothing of it then: the pages are the system's. With `syncFirst` it must also be on the disk before anybody is
 * told, so that a power cut loses nothing either; what comes meanwhile shares the next sync.
 */
export class AppendedJournal implements ContactJournal {
  readonly #file: JournalFile
  readonly #syncFirst: boolean
  readonly #wantFlush: (journal: AppendedJournal) => void
  readonly #batch = new JournalBatch()
  #open: Done[] = []
  /** Written, not on the disk yet. */
  #written: Done[] = []
  #syncing: Done[] = []

  /** `wantFlush`: asked for one call of `flush` at the end of the turn. */
  constructor(file: JournalFile, options: { readonly syncFirst: boolean; readonly wantFlush: (journal: AppendedJournal) => void }) {
    this.#file = file
    this.#syncFirst = options.syncFirst
    this.#wantFlush = options.wantFlush
  }

  /** Changes that nobody has answered for yet. */
  get pending(): number {
    return this.#open.length + this.#written.length + this.#syncing.length
  }

  append(changes: readonly ContactChange[], done: Done): void {
    for (const change of changes) this.#batch.add(change)
    if (this.#open.push(done) === 1) this.#wantFlush(this)
  }

  flush(): void {
    if (this.#open.length === 0) return
    const dones = this.#open
    this.#open = []
    const ok = this.#file.append(this.#batch.bytes, this.#batch.finish())
    this.#batch.clear()
    if (ok && this.#syncFirst) this.#sync(dones)
    else settle(dones, ok)
  }

  #sync(dones: readonly Done[]): void {
    this.#written.push(...dones)
    if (this.#syncing.length > 0) return
    this.#syncing = this.#written
    this.#written = []
    this.#file.sync((ok) => {
      const synced = this.#syncing
      this.#syncing = []
      if (this.#written.length > 0) this.#sync([])
      settle(synced, ok)
    })
  }
}

function settle(dones: readonly Done[], ok: boolean): void {
  for (const done of dones) done(ok)
}
