import type { Incoming } from '../harness/inbox.ts'
import { headerValue } from '../harness/raw-message.ts'
import type { RawUa } from '../harness/raw-ua.ts'
import type { CalleePlan, PlannedReply } from './scenario.ts'

const reasons: Readonly<Record<number, string>> = {
  100: 'Trying',
  180: 'Ringing',
  183: 'Session Progress',
  200: 'OK',
  202: 'Accepted',
  302: 'Moved Temporarily',
  401: 'Unauthorized',
  404: 'Not Found',
  407: 'Proxy Authentication Required',
  408: 'Request Timeout',
  480: 'Temporarily Unavailable',
  486: 'Busy Here',
  487: 'Request Terminated',
  500: 'Server Internal Error',
  503: 'Service Unavailable',
  600: 'Busy Everywhere',
  603: 'Decline',
}

/** A called side of a scenario: answers the first request of each transaction as planned. */
export class Callee {
  readonly #ua: RawUa
  readonly #plan: CalleePlan
  readonly #later: (ms: number, act: () => void) => void
  readonly #seen = new Map<string, string>()
  readonly #first = new Map<string, Incoming>()
  #inviteEnded = false

  constructor(ua: RawUa, plan: CalleePlan, later: (ms: number, act: () => void) => void) {
    this.#ua = ua
    this.#plan = plan
    this.#later = later
  }

  receive(incoming: Incoming): void {
    const { method } = incoming.message
    const key = this.#transactionOf(incoming)
    if (key === null || method === '') return
    this.#first.set(key, incoming)
    for (const planned of this.#plan[key] ?? this.#plan[`${method} *`] ?? this.#usual(method))
      this.#later(planned.at, () => this.#answer(incoming, planned))
  }

  /** `INVITE`, `INVITE 2` ...; null for a retransmission. */
  #transactionOf(incoming: Incoming): string | null {
    const { method } = incoming.message
    const branch = /branch=([^;,\s]+)/.exec(headerValue(incoming.message, 'via'))?.[1] ?? ''
    if (this.#seen.has(`${method} ${branch}`)) return null
    const earlier = [...this.#seen.values()].filter((known) => known === method).length
    this.#seen.set(`${method} ${branch}`, method)
    return earlier === 0 ? method : `${method} ${earlier + 1}`
  }

  #usual(method: string): readonly PlannedReply[] {
    if (method === 'INVITE' || method === 'ACK') return []
    if (method === 'CANCEL' && !this.#inviteEnded)
      return [
        { at: 0, status: 200 },
        { at: 10, status: 487, to: 'INVITE' },
      ]
    return [{ at: 0, status: 200 }]
  }

  #answer(incoming: Incoming, planned: PlannedReply): void {
    const request = planned.to === undefined ? incoming : this.#first.get(planned.to)
    if (request === undefined) return
    if (planned.to === 'INVITE' && this.#inviteEnded && planned.status === 487) return
    if (request.message.method === 'INVITE' && planned.status >= 200) this.#inviteEnded = true
    const text = this.#ua.reply(request.message, planned.status, planned.reason ?? reasons[planned.status] ?? 'Whatever', {
      headers: planned.headers ?? [],
      ...(planned.tag === undefined ? {} : { toTag: planned.tag }),
    })
    request.answer(withBranch(text, planned))
  }
}

function withBranch(text: string, { branch, middle }: PlannedReply): string {
  if (branch !== undefined) return text.replace(/branch=[^;,\s]+/, `branch=${branch}`)
  return middle === undefined ? text : text.replace(/(branch=z9hG4bK[^.;,\s]+\.)[^.;,\s]+/, `$1${middle}`)
}
