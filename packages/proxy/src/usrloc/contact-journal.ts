import type { Contact } from './contact.ts'

export type ContactChange = { readonly type: 'put'; readonly contact: Contact } | { readonly type: 'remove'; readonly ruid: string }

/** Where binding changes become durable. */
export interface ContactJournal {
  /**
   * Writes the changes all or none, after everything appended before them. `done` is called once, never from within append:
   * true when they would survive a power cut, false when nothing of them was kept.
   */
  append(changes: readonly ContactChange[], done: (ok: boolean) => void): void
}
