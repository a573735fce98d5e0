import type { WorkerStart } from '../control/worker-messages.ts'
import { Doorbell } from '../crossing/doorbell.ts'
import { ownerOfUser } from '../crossing/owner-of.ts'
import { SharedVariables } from '../crossing/shared-variables.ts'
import { Steering } from '../crossing/steering.ts'
import { StreamDirectory } from '../crossing/stream-directory.ts'
import { ThreadMail } from '../crossing/thread-mail.ts'
import { News, ThreadNews } from '../crossing/thread-news.ts'
import { ToldJournal } from '../crossing/told-journal.ts'
import type { OtherRegistrars, Registrar } from '../registrar/registrar.ts'
import { ownerOfLabel } from '../tm/cell-table.ts'
import { carryOut } from '../tm/carry-out.ts'
import type { TransactionCore } from '../tm/transaction-core.ts'
import type { OtherTransactions, TransactionOrder } from '../tm/transaction-order.ts'
import type { EndpointTable } from '../transport/endpoint.ts'
import type { OtherStreams } from '../transport/other-streams.ts'
import type { TransportLayer } from '../transport/transport-layer.ts'
import type { Listener, TransportUser } from '../transport/transport.ts'
import type { Turn } from '../transport/turn.ts'
import type { ContactChange, ContactJournal } from '../usrloc/contact-journal.ts'
import type { Location } from '../usrloc/location.ts'
import { WantedTurns } from './wanted-turns.ts'

/** What of this thread the others work on. */
export interface SharedParts {
  readonly location: Location
  readonly transport: () => TransportLayer | null
  readonly transactions: () => TransactionCore | null
  readonly registrar: () => Registrar | null
  /** Are replies matched by Call-ID (callid_cseq_matching)? */
  readonly repliesByCallId: () => boolean
  readonly endpoints: EndpointTable
  readonly counters: Float64Array
  readonly turn: Turn
  /** Does what may fail without losing the thread. */
  readonly contain: (work: () => void) => void
}

type Order =
  | { readonly kind: 'transaction'; readonly order: TransactionOrder }
  | { readonly kind: 'unregister'; readonly table: string; readonly aor: string; readonly ruids: readonly string[] }

const NO_LISTENERS: readonly Listener[] = []

/** A SIP thread among others: everything that it hands to them and gets from them (ADR 0008). */
export class OtherThreads {
  readonly streams: OtherStreams
  /** $shv of the script. */
  readonly variables: SharedVariables
  readonly #worker: number
  readonly #workers: number
  readonly #parts: SharedParts
  readonly #news: ThreadNews
  readonly #mail: ThreadMail
  #user: Steering | null = null

  /** `workers` threads in all, two at least. */
  constructor({ worker, config: { workers }, crossing }: WorkerStart, parts: SharedParts) {
    const { turn, location } = parts
    const wake = (): void => turn.run(() => undefined)
    const wanted = new WantedTurns(wake)
    const bell = new Doorbell(crossing.bells, worker, wake)
    this.#worker = worker
    this.#workers = workers
    this.#parts = parts
    this.#news = new ThreadNews(crossing, worker, (other) => bell.ring(other))
    this.#mail = new ThreadMail({
      memory: crossing,
      worker,
      news: this.#news,
      bell,
      turn,
      endpoints: parts.endpoints,
      listeners: () => parts.transport()?.listeners ?? NO_LISTENERS,
      counters: parts.counters,
      user: {
        message: (kind, over, bytes, length) => this.#user?.message(kind, over, bytes, length),
        order: (text) => parts.contain(() => this.#carryOut(JSON.parse(text) as Order)),
      },
      again: (soon) => wanted.want(soon),
    })
    const pass = this.#mail.pass.bind(this.#mail)
    this.streams = new StreamDirectory({ worker, workers, news: this.#news, pass })
    this.variables = new SharedVariables(worker, this.#news)
    this.#news.on(News.CONTACT, (text) => location.follow(JSON.parse(text) as ContactChange))
  }

  /** Takes every message that comes in, and gives `target` those that belong here. */
  steer(target: TransportUser): TransportUser {
    const { worker, workers } = this.streams
    const sendHere: TransportLayer['sendHere'] = (to, bytes, start, end) =>
      this.#parts.transport()?.sendHere(to, bytes, start, end) ?? false
    this.#user = new Steering({ worker, workers, passing: this.#mail, target, sendHere, repliesByCallId: this.#parts.repliesByCallId })
    return this.#user
  }

  tell(journal: ContactJournal): ContactJournal {
    return new ToldJournal(journal, this.#news)
  }

  /** Knows what the others have told, for whoever asks this thread about it. */
  attend(): void {
    this.#mail.attend()
  }

  /** The last work of every turn. */
  take(): void {
    this.#mail.take()
  }

  /** The end of every turn. */
  rest(): void {
    this.#mail.rest()
  }

  get registrars(): OtherRegistrars {
    const ownerOf = (aor: string): number => ownerOfUser(aor.split('@')[0], this.#workers)
    return {
      have: (aor) => ownerOf(aor) !== this.#worker,
      remove: (table, aor, ruids) => void this.#order(ownerOf(aor), { kind: 'unregister', table, aor, ruids }),
    }
  }

  /** By Call-ID, all others are told: a transaction of our own making may be anywhere. */
  get transactions(): OtherTransactions {
    return {
      order: (order) => {
        if (!('label' in order)) {
          for (let worker = 0; worker < this.#workers; worker++)
            if (worker !== this.#worker) this.#order(worker, { kind: 'transaction', order })
          return 1
        }
        const owner = ownerOfLabel(order.label, this.#workers)
        return owner !== this.#worker && this.#order(owner, { kind: 'transaction', order }) ? 1 : -1
      },
    }
  }

  #order(worker: number, order: Order): boolean {
    return this.#mail.order(worker, JSON.stringify(order))
  }

  #carryOut(order: Order): void {
    const transactions = this.#parts.transactions()
    if (order.kind === 'unregister') this.#parts.registrar()?.remove(order.table, order.aor, order.ruids)
    else if (transactions !== null) carryOut(transactions, order.order)
  }
}
