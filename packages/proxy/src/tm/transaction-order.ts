import type { Target } from '../forward/target.ts'

/** Something that a script wants done to a transaction which may live in another SIP thread; plain data. */
export type TransactionOrder =
  | { readonly what: 'resume'; readonly index: number; readonly label: number; readonly route: string }
  | { readonly what: 'append'; readonly index: number; readonly label: number; readonly branches: AppendedBranches }
  | { readonly what: 'cancel'; readonly callId: string; readonly cseq: number; readonly flag: number; readonly status: number }
  | { readonly what: 'reply'; readonly callId: string; readonly cseq: number; readonly status: number; readonly reason: string }
  | { readonly what: 'acknowledge'; readonly callId: string; readonly cseq: number; readonly headers: string; readonly body: string }

/** Targets as a message had them, without the listeners that were forced for them. */
export interface AppendedBranches {
  readonly uri: string
  readonly consumed: boolean
  readonly destinationUri: string
  readonly path: string
  readonly targets: readonly Target[]
}

/** The transactions of the other SIP threads: they take orders, but nobody hears what came of them. */
export interface OtherTransactions {
  /** 1 when the order is on its way, -1 when no other thread can have the transaction. */
  order(order: TransactionOrder): number
}
