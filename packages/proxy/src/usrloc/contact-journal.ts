import type { Contact } from './contact.ts'

/** `refresh`: of its binding nothing has changed but Call-ID, CSeq and times. */
export type ContactChange =
  | { readonly type: 'put' | 'refresh'; readonly contact: Contact }
  | { readonly type: 'remove'; readonly ruid: string }

/** Where binding changes become durable. */
export interface ContactJournal {
  /**
   * Writes the changes all or none, after everything appended before them. `done` is called once, never from within append:
   * true when they survive the end of the process, whatever ends it; false when nothing of them was kept.
   */
  append(changes: readonly ContactChange[], done: (ok: boolean) => void): void
}
