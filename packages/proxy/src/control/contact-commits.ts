import type { ContactChange } from '../usrloc/contact-journal.ts'
import type { ToWorker, UsrlocMessage } from './worker-messages.ts'

/** The part of the location store that is needed here. */
export interface ContactCommit {
  /** All or nothing; throws when nothing was kept. */
  commit(changes: readonly ContactChange[]): void
}

/** Commits the binding changes of a SIP thread and tells it; only then does it answer the REGISTER. */
export function commitContacts(
  store: ContactCommit,
  message: UsrlocMessage,
  post: (message: ToWorker) => void,
  onError: (error: unknown) => void,
): void {
  let ok = true
  try {
    store.commit(message.batch)
  } catch (error) {
    ok = false
    onError(error)
  }
  post({ type: 'usrloc-committed', seq: message.seq, ok })
}
