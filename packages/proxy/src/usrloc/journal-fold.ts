import type { ContactChange } from './contact-journal.ts'
import { ContactStoreError } from './contact-store-error.ts'
import { JOURNAL_HEADER, JOURNAL_VERSION, journalVersion, RecordKind } from './journal-format.ts'
import { JournalReader } from './journal-reader.ts'

/** Records looked at, and bindings committed, before other work gets its turn. */
const RECORDS_A_STEP = 4000
const CHANGES_A_STEP = 250

/** Where the last words about a binding stand; -1 nowhere. */
interface LastWords {
  put: number
  refresh: number
  removed: boolean
}

/**
 * The changes of a journal file that still matter, in slices: of each binding the last ones only. Yields null where other work may
 * have its turn. Returns how many octets at the end were no whole batch. Throws ContactStoreError, which names `path`.
 */
export function* foldJournal(path: string, bytes: Uint8Array): Generator<readonly ContactChange[] | null, number> {
  // The process ended before it could write anything.
  if (bytes.length < JOURNAL_HEADER) return bytes.length
  checkHeader(path, bytes)
  const reader = new JournalReader(bytes)
  const bindings = new Map<string, LastWords>()
  for (let records = 1; reader.next(); records++) {
    note(bindings, reader)
    if (records % RECORDS_A_STEP === 0) yield null
  }
  const { rest } = reader
  let slice: ContactChange[] = []
  for (const [ruid, words] of bindings) {
    slice.push(...lastChanges(reader, ruid, words))
    if (slice.length < CHANGES_A_STEP) continue
    yield slice
    slice = []
  }
  if (slice.length > 0) yield slice
  return rest
}

function checkHeader(path: string, bytes: Uint8Array): void {
  const version = journalVersion(bytes)
  if (version === 0) throw new ContactStoreError(path, 'it is no journal of registrations', 'Restore it from a backup, or move it away.')
  if (version !== JOURNAL_VERSION) {
    throw new ContactStoreError(
      path,
      `it was written by a newer version (journal ${version})`,
      'Start that version, or move the file away.',
    )
  }
}

/** A ruid is never given again: what was removed stays removed. */
function note(bindings: Map<string, LastWords>, { kind, ruid, offset }: JournalReader): void {
  let words = bindings.get(ruid)
  if (words === undefined) bindings.set(ruid, (words = { put: -1, refresh: -1, removed: false }))
  if (kind === RecordKind.REMOVE) words.removed = true
  else if (kind === RecordKind.REFRESH) words.refresh = offset
  else {
    words.put = offset
    words.refresh = -1
  }
}

function lastChanges(reader: JournalReader, ruid: string, { put, refresh, removed }: LastWords): ContactChange[] {
  if (removed) return [{ type: 'remove', ruid }]
  const changes: ContactChange[] = []
  if (put !== -1) changes.push(reader.changeAt(put))
  if (refresh !== -1) changes.push(reader.changeAt(refresh))
  return changes
}
