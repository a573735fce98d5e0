import { News, type ThreadNews } from './thread-news.ts'

export type SharedValue = string | number | null

interface Version {
  readonly value: SharedValue
  /** Larger is later; of two that were set at once, that of the thread with the larger number counts. */
  readonly stamp: number
  readonly worker: number
}

/** $shv: what one thread's script sets, the scripts of all threads read; in the end all hold the value that was set last. */
export class SharedVariables {
  readonly #worker: number
  readonly #news: ThreadNews
  readonly #versions = new Map<string, Version>()
  #stamp = 0

  constructor(worker: number, news: ThreadNews) {
    this.#worker = worker
    this.#news = news
    news.on(News.SHARED_VARIABLE, (text, from) => {
      const [name, value, stamp] = JSON.parse(text) as [string, SharedValue, number]
      this.#take(name, { value, stamp, worker: from })
    })
  }

  get(name: string): SharedValue {
    return this.#versions.get(name)?.value ?? null
  }

  set(name: string, value: SharedValue): void {
    const stamp = this.#stamp + 1
    this.#take(name, { value, stamp, worker: this.#worker })
    this.#news.tell(News.SHARED_VARIABLE, JSON.stringify([name, value, stamp]))
  }

  delete(name: string): void {
    this.set(name, null)
  }

  #take(name: string, version: Version): void {
    const known = this.#versions.get(name)
    this.#stamp = Math.max(this.#stamp, version.stamp)
    const later = known === undefined || version.stamp > known.stamp || (version.stamp === known.stamp && version.worker > known.worker)
    if (later) this.#versions.set(name, version)
  }
}
