import { LiveStore, type Scheduler, browserScheduler } from './live-store.ts'

const SHOWN_MS = 2500

/** What a key has just done, where nothing else on the page shows it; empty after a while. */
export class StatusLineStore extends LiveStore<string> {
  readonly #clock: Scheduler
  #text = ''
  #cancelClear: (() => void) | null = null

  constructor(scheduler: Scheduler = browserScheduler) {
    super('', scheduler)
    this.#clock = scheduler
  }

  say(text: string): void {
    this.#cancelClear?.()
    this.#set(text)
    this.#cancelClear = this.#clock.after(SHOWN_MS, () => this.#set(''))
  }

  protected override build(): string {
    return this.#text
  }

  #set(text: string): void {
    this.#text = text
    this.flush()
  }
}

export const statusLine = new StatusLineStore()
