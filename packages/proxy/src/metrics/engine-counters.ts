import { Direction, requestCounter, responseCounter, slReplyCounter } from './counter-layout.ts'

/** Transport codes of the layout, by number. */
export const TRANSPORT_NAMES = ['other', 'udp', 'tcp', 'tls', 'sctp', 'ws', 'wss'] as const

/** Methods of the layout, by bit. */
const METHOD_NAMES = [
  'INVITE',
  'CANCEL',
  'ACK',
  'BYE',
  'INFO',
  'REGISTER',
  'SUBSCRIBE',
  'NOTIFY',
  'MESSAGE',
  'OPTIONS',
  'PRACK',
  'UPDATE',
  'REFER',
  'PUBLISH',
  'KDMQ',
  'GET',
  'POST',
  'PUT',
  'DELETE',
  'other',
] as const

const FIRST_CODE = 100
const LAST_CODE = 699

export type MessageDirection = 'received' | 'sent'

export interface RequestCount {
  readonly direction: MessageDirection
  readonly transport: string
  readonly method: string
  readonly count: number
}

export interface ReplyCount {
  readonly direction: MessageDirection
  readonly transport: string
  readonly code: number
  readonly count: number
}

export interface CodeCount {
  readonly code: number
  readonly count: number
}

const DIRECTIONS: readonly (readonly [MessageDirection, number])[] = [
  ['received', Direction.RECEIVED],
  ['sent', Direction.SENT],
]

/** The counters of all SIP threads, added up. Read from shared memory: no thread is asked. */
export class EngineCounters {
  readonly #workers: readonly Float64Array[]

  constructor(workers: readonly Float64Array[]) {
    this.#workers = workers
  }

  get(counter: number): number {
    let sum = 0
    for (const worker of this.#workers) sum += worker[counter]
    return sum
  }

  /** Requests by direction, method and transport; only those that happened. */
  requests(): RequestCount[] {
    const found: RequestCount[] = []
    for (const [direction, number] of DIRECTIONS)
      TRANSPORT_NAMES.forEach((transport, code) =>
        METHOD_NAMES.forEach((method, bit) => {
          const count = this.get(requestCounter(number, code, 1 << bit))
          if (count > 0) found.push({ direction, transport, method, count })
        }),
      )
    return found
  }

  /** Replies by direction, code and transport; only those that happened. */
  replies(): ReplyCount[] {
    const found: ReplyCount[] = []
    for (const [direction, number] of DIRECTIONS)
      TRANSPORT_NAMES.forEach((transport, transportCode) => {
        for (let code = FIRST_CODE; code <= LAST_CODE; code++) {
          const count = this.get(responseCounter(number, transportCode, code))
          if (count > 0) found.push({ direction, transport, code, count })
        }
      })
    return found
  }

  statelessReplies(): CodeCount[] {
    const found: CodeCount[] = []
    for (let code = FIRST_CODE; code <= LAST_CODE; code++) {
      const count = this.get(slReplyCounter(code))
      if (count > 0) found.push({ code, count })
    }
    return found
  }

  /** All SIP messages of one direction. */
  messages(direction: MessageDirection): number {
    const number = direction === 'received' ? Direction.RECEIVED : Direction.SENT
    let sum = 0
    for (let transport = 0; transport < TRANSPORT_NAMES.length; transport++) {
      for (let bit = 0; bit < METHOD_NAMES.length; bit++) sum += this.get(requestCounter(number, transport, 1 << bit))
      for (let code = FIRST_CODE; code <= LAST_CODE; code++) sum += this.get(responseCounter(number, transport, code))
    }
    return sum
  }
}
