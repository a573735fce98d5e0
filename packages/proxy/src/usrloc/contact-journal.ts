import type { Contact, Lease } from './contact.ts'

/** Of its binding nothing has changed but the lease. */
export interface Refresh extends Readonly<Lease> {
  readonly type: 'refresh'
  readonly ruid: string
}

export type ContactChange =
  | { readonly type: 'put'; readonly contact: Contact }
  | Refresh
  | { readonly type: 'remove'; readonly ruid: string }

/** Where binding changes become durable. */
export interface ContactJournal {
  /**
   * Writes the changes all or none, after everything appended before them. `done` is called once, never from within append:
   * true when they survive the end of the process, whatever ends it; false when nothing of them was kept.
   */
  append(changes: readonly ContactChange[], done: (ok: boolean) => void): void
}
