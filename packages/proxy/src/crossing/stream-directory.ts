import type { PackedEndpoint } from '../transport/endpoint.ts'
import type { OtherStreams } from '../transport/other-streams.ts'
import type { Destination } from '../transport/transport.ts'
import { Mail } from './thread-mail.ts'
import { News, type ThreadNews } from './thread-news.ts'

export interface DirectorySetup {
  readonly worker: number
  readonly workers: number
  readonly news: ThreadNews
  /** Hands a message over; false: it was dropped. */
  readonly pass: (worker: number, kind: number, over: Destination, message: Uint8Array) => boolean
}

/** Who has a stream to whom: a thread that has none to a peer sends over that of another instead of opening a second one. */
export class StreamDirectory implements OtherStreams {
  readonly worker: number
  readonly workers: number
  readonly #setup: DirectorySetup
  /** By transport and remote address: the thread that opened last. */
  readonly #holders = new Map<string, number>()
  #count = 0

  constructor(setup: DirectorySetup) {
    const { worker, workers, news } = setup
    this.worker = worker
    this.workers = workers
    this.#setup = setup
    news.on(News.OPENED, (key, from) => {
      this.#count++
      this.#holders.set(key, from)
    })
    news.on(News.CLOSED, (key, from) => {
      this.#count--
      if (this.#holders.get(key) === from) this.#holders.delete(key)
    })
  }

  get count(): number {
    return this.#count
  }

  holderOf(transport: number, remote: PackedEndpoint): number {
    return this.#holders.get(keyOf(transport, remote)) ?? -1
  }

  send(worker: number, to: Destination, message: Uint8Array): boolean {
    return this.#setup.pass(worker, Mail.SEND, to, message)
  }

  opened(transport: number, remote: PackedEndpoint): void {
    this.#setup.news.tell(News.OPENED, keyOf(transport, remote))
  }

  closed(transport: number, remote: PackedEndpoint): void {
    this.#setup.news.tell(News.CLOSED, keyOf(transport, remote))
  }
}

function keyOf(transport: number, remote: PackedEndpoint): string {
  return `${transport} ${remote.text}`
}
