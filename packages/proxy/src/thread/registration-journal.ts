import type { WorkerStart } from '../control/worker-messages.ts'
import type { Turn } from '../transport/turn.ts'
import { AppendedJournal } from '../usrloc/appended-journal.ts'
import { JournalDisk } from '../usrloc/journal-disk.ts'

export interface JournalUse {
  readonly turn: Turn
  /** No more is written to this file: the store can take it over. */
  readonly closed: (path: string) => void
  /** Null, registrations are written again; else why they are refused, and what to do. */
  readonly trouble: (sentence: string | null) => void
}

/** Where the registrar of a SIP thread writes to, in files of this thread alone. */
export class RegistrationJournal {
  readonly journal: AppendedJournal
  readonly #disk: JournalDisk

  /** Throws an error whose message is for the operator. */
  constructor({ config, worker }: WorkerStart, { turn, closed, trouble }: JournalUse) {
    const syncFirst = config.registrationSync === 'always'
    try {
      this.#disk = new JournalDisk({
        folder: config.dataDir,
        worker,
        syncFirst,
        closed,
        trouble,
        turn: (work) => turn.run(work),
        after: (ms, work) => void setTimeout(work, ms).unref(),
      })
    } catch (error) {
      throw new Error(`No journal of registrations can be made in --data-dir ${config.dataDir}: ${String(error)}`, { cause: error })
    }
    this.journal = new AppendedJournal(this.#disk, { syncFirst, wantFlush: (journal) => turn.add(journal) })
  }

  close(): void {
    this.#disk.close()
  }
}
