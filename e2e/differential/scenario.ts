import type { Step } from './route-step.ts'

/** The names of the callees; `{a}` in a route stands for the address of callee a, as in sip:{a}. */
export const calleeNames = ['a', 'b', 'c', 'd'] as const
export type CalleeName = (typeof calleeNames)[number]

export type TmParameters = Readonly<Record<string, number | string>>

/** What the routing script does with the requests of a scenario; hooks are armed by these names. */
export interface Routes {
  readonly request: readonly Step[]
  readonly failure?: Readonly<Record<string, readonly Step[]>>
  readonly branch?: Readonly<Record<string, readonly Step[]>>
  readonly reply?: Readonly<Record<string, readonly Step[]>>
  readonly branchFailure?: Readonly<Record<string, readonly Step[]>>
  /** For requests that the proxy makes with `ownRequest`, before they are sent. */
  readonly localRequest?: readonly Step[]
  /** What a suspended transaction goes on with. */
  readonly continued?: Readonly<Record<string, readonly Step[]>>
}

/** One thing that the caller sends, `at` milliseconds after the start. */
export interface CallerAction {
  readonly at: number
  readonly send: 'request' | 'again' | 'cancel' | 'within dialog' | 'negative ack'
  /** For `request` and `within dialog`; INVITE and BYE unless given. */
  readonly method?: string
  /** Complete lines. Those of `request` come after the usual ones. */
  readonly headers?: readonly string[]
  /** Changes of the text before it is sent, in order: pairs of what is found once and what takes its place. */
  readonly edits?: readonly (readonly [found: string, replacement: string])[] | undefined
}

/** One reply of a callee, `at` milliseconds after the request came. */
export interface PlannedReply {
  readonly at: number
  readonly status: number
  readonly reason?: string
  readonly headers?: readonly string[]
  readonly tag?: string
  /** Answers the first request with this method instead of the one that came. */
  readonly to?: string
  /** Takes the place of our branch parameter: the reply of a transaction that nobody knows. */
  readonly branch?: string
  /** Takes the place of the 32 characters in the middle of our branch parameter. */
  readonly middle?: string
}

/**
 * Replies to a request by its method; `INVITE 2` is the second INVITE transaction that reaches this callee, `INVITE *` any
 * other. Retransmissions and INVITEs without a plan are met with silence. A CANCEL without a plan gets 200 and its INVITE 487, other requests get 200.
 */
export type CalleePlan = Readonly<Record<string, readonly PlannedReply[]>>

export interface Scenario {
  /** Also the user of the Request-URI, by which the script finds the route. */
  readonly id: string
  readonly title: string
  readonly tm?: TmParameters
  readonly routes: Routes
  readonly caller: readonly CallerAction[]
  /** What the caller does by itself: 'all' final replies to INVITE get their ACK, or only 2xx ones, or none. */
  readonly acks?: 'all' | 'success' | 'none'
  readonly callees?: Readonly<Partial<Record<CalleeName, CalleePlan>>> | undefined
  /** The route names targets by {ab}, a name whose SRV records lead to a, then to b, or {abc}; use_dns_failover is on. */
  readonly names?: boolean
  /** Who talks TCP; the others talk UDP. */
  readonly overTcp?: readonly ('caller' | CalleeName)[]
  /** Milliseconds from the start until the recording ends. */
  readonly lasts: number
  /** Set when Signalbox cannot run it yet: what is missing. It is skipped then. */
  readonly notYet?: string
  /** Identities of accepted differences (accepted-differences.ts). */
  readonly differences?: readonly string[]
}
