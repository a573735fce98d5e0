import { writeSync } from 'node:fs'
import { ContactStore } from '../../src/usrloc/contact-store.ts'
import { sampleContact } from './sample-contact.ts'

/** Commits batch after batch and says each number when it is done, until it is killed. Started by contact-store.test.ts. */
const store = new ContactStore(process.argv[2])
for (let batch = 0; ; batch++) {
  store.commit([0, 1, 2].map((i) => ({ type: 'put', contact: sampleContact(`user${batch}`, i, 9_000_000_000_000) })))
  writeSync(1, `${batch}\n`)
}
