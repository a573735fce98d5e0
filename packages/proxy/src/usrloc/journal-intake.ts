import type { Log } from '../log/log.ts'
import type { ContactChange } from './contact-journal.ts'
import { foldJournal } from './journal-fold.ts'

export interface JournalIntakeUse {
  /** All or nothing; throws when nothing was kept. */
  readonly commit: (changes: readonly ContactChange[]) => void
  readonly read: (path: string) => Uint8Array
  readonly remove: (path: string) => void
  /** Runs it when nothing else wants the thread. */
  readonly soon: (work: () => void) => void
  /** Runs it in half a minute or so. */
  readonly later: (work: () => void) => void
  readonly log: Pick<Log, 'warn' | 'error' | 'notice'>
}

/**
 * Takes journals that are closed over into the store, one after the other in their order, each binding once per file; then the file
 * goes. A file that was taken over twice does no harm: what is in it is still the latest, or is followed by what is.
 */
export class JournalIntake {
  readonly #use: JournalIntakeUse
  readonly #waiting: string[] = []
  #current: Generator<unknown, void> | null = null
  #failed = false

  constructor(use: JournalIntakeUse) {
    this.#use = use
  }

  /** Takes over these files now. Throws ContactStoreError, or the error of reading. */
  takeAll(paths: readonly string[]): void {
    for (const path of paths) for (const step of this.#steps(path)) void step
    this.#waiting.length = 0
    this.#current = null
  }

  /** Takes over this file in the background; what fails is tried again. */
  take(path: string): void {
    if (this.#waiting.push(path) === 1) this.#use.soon(this.#step)
  }

  readonly #step = (): void => {
    const path = this.#waiting.at(0)
    if (path === undefined) return
    try {
      this.#current ??= this.#steps(path)
      if (this.#current.next().done === true) this.#taken()
      this.#use.soon(this.#step)
    } catch (error) {
      this.#retry(path, error)
    }
  }

  #taken(): void {
    this.#current = null
    this.#waiting.shift()
    if (this.#failed) this.#use.log.notice('Journals of registrations are taken over into the location database again')
    this.#failed = false
  }

  #retry(path: string, error: unknown): void {
    this.#current = null
    if (!this.#failed) this.#use.log.error(`The journal ${path} waits to be taken over into the location database: ${String(error)}`)
    this.#failed = true
    this.#use.later(this.#step)
  }

  *#steps(path: string): Generator<unknown, void> {
    const { commit, read, remove, log } = this.#use
    const fold = foldJournal(path, read(path))
    let step = fold.next()
    for (; step.done !== true; step = fold.next()) {
      if (step.value !== null) commit(step.value)
      yield
    }
    if (step.value > 0)
      log.warn(`The journal ${path} ends in ${step.value} octets that were not written completely; no REGISTER in them was answered`)
    remove(path)
  }
}
