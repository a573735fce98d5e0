import { writeSync } from 'node:fs'
import process from 'node:process'
import { AppendedJournal } from '../../src/usrloc/appended-journal.ts'
import { JournalDisk } from '../../src/usrloc/journal-disk.ts'
import { sampleContact } from './sample-contact.ts'

/** Writes batch after batch and says each number when it is done, until it is killed. Started by journal-disk.test.ts. */
const disk = new JournalDisk({
  folder: process.argv[2],
  worker: 0,
  syncFirst: false,
  closed: () => undefined,
  trouble: () => undefined,
  turn: (work) => work(),
  after: () => undefined,
  full: 4096,
})
const journal = new AppendedJournal(disk, { syncFirst: false, wantFlush: () => undefined })
for (let batch = 0; ; batch++) {
  for (const id of [0, 1, 2]) {
    const put = { type: 'put', contact: sampleContact(`user${batch}`, id, 9_000_000_000_000) } as const
    journal.append([put], (ok) => ok && id === 2 && writeSync(1, `${batch}\n`))
  }
  journal.flush()
}
