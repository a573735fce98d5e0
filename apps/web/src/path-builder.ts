/**
 * The only source of URLs in the console. Page builders return what `<Link>` and `navigate` take,
 * server builders return a path on the origin that served the page.
 */
export const TX_TABS = ['ladder', 'now', 'messages', 'json'] as const
export type TxTab = (typeof TX_TABS)[number]

export interface TransactionsSearch {
  /** Filter expression. */
  readonly f?: string | undefined
  /** Sorted column, `-` in front for descending. */
  readonly s?: string | undefined
}

export interface TransactionSearch {
  readonly tab?: TxTab | undefined
  /** Sequence number of the pinned message. */
  readonly msg?: number | undefined
  /** Time gutter: wall clock (default), since start, since the row before. */
  readonly w?: 'start' | 'prev' | undefined
  /** `open`: every retransmission has its own row. */
  readonly retr?: 'open' | undefined
  /** The rows of the ladder drawn or as a table; what fits the width by default. */
  readonly view?: 'ladder' | 'table' | undefined
}

export interface EventsSearch {
  /** Comma list of event kinds. */
  readonly k?: string | undefined
  readonly f?: string | undefined
}

export interface RpcSearch {
  /** Parameters as JSON. */
  readonly p?: string | undefined
  /** Filter of the method list. */
  readonly f?: string | undefined
  readonly view?: 'raw' | undefined
}

export const pathBuilder = {
  overview: () => ({ to: '/' }) as const,
  transactions: (search: TransactionsSearch = {}) => ({ to: '/tx', search }) as const,
  transaction: (key: string, search: TransactionSearch = {}) => ({ to: '/tx/$key', params: { key }, search }) as const,
  events: (search: EventsSearch = {}) => ({ to: '/events', search }) as const,
  rpc: (search: RpcSearch = {}) => ({ to: '/rpc', search }) as const,
  rpcMethod: (method: string, search: RpcSearch = {}) => ({ to: '/rpc/$method', params: { method }, search }) as const,
} as const

export const serverPath = {
  methods: () => '/api/v1/methods',
  stats: () => '/api/v1/stats',
  rpc: (method: string) => `/api/v1/rpc/${encodeURIComponent(method)}`,
  live: (origin: string) => `${origin.replace(/^http/, 'ws')}/ws`,
} as const

/** Search parameters stay plain text (`f=486`, not `f=%22486%22`); routes give them their types. */
export const searchCodec = {
  parse: (text: string): Record<string, string> => Object.fromEntries(new URLSearchParams(text.startsWith('?') ? text.slice(1) : text)),
  stringify: (search: Readonly<Record<string, unknown>>): string => {
    const params = new URLSearchParams()
    for (const [name, value] of Object.entries(search)) {
      if (typeof value === 'string' && value !== '') params.set(name, value)
      else if (typeof value === 'number' || typeof value === 'boolean') params.set(name, String(value))
    }
    const text = params.toString()
    return text === '' ? '' : `?${text}`
  },
} as const
