import type { ContactChange, ContactJournal } from '../usrloc/contact-journal.ts'
import { News, type ThreadNews } from './thread-news.ts'

/** Tells the other SIP threads what has become durable, before the 200 that says so leaves. */
export class ToldJournal implements ContactJournal {
  readonly #journal: ContactJournal
  readonly #news: ThreadNews

  constructor(journal: ContactJournal, news: ThreadNews) {
    this.#journal = journal
    this.#news = news
  }

  append(changes: readonly ContactChange[], done: (ok: boolean) => void): void {
    this.#journal.append(changes, (ok) => {
      if (ok) for (const change of changes) this.#news.tell(News.CONTACT, JSON.stringify(change))
      done(ok)
    })
  }
}
