import { AppendedJournal } from '../../src/usrloc/appended-journal.ts'
import type { ContactChange } from '../../src/usrloc/contact-journal.ts'
import { JournalDisk, listJournals } from '../../src/usrloc/journal-disk.ts'

/** Writes a journal of these batches into the folder and returns its path. */
export function writeJournal(folder: string, batches: readonly (readonly ContactChange[])[], worker = 0): string {
  const disk = new JournalDisk({
    folder,
    worker,
    syncFirst: false,
    closed: () => undefined,
    trouble: (sentence) => {
      if (sentence !== null) throw new Error(sentence)
    },
    turn: (work) => work(),
    after: () => undefined,
  })
  const journal = new AppendedJournal(disk, { syncFirst: false, wantFlush: () => undefined })
  for (const batch of batches) {
    journal.append(batch, () => undefined)
    journal.flush()
  }
  disk.close()
  return listJournals(folder).findLast((path) => path.includes(`location-${worker}-`)) ?? ''
}
