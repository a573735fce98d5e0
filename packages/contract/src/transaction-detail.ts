import { Type, type Static } from 'typebox'
import { EngineEvent } from './engine-event.ts'
import { TransactionRow } from './transaction-row.ts'

const status = Type.Union([Type.Integer(), Type.Null()])

/** A timer that is armed. */
export const LiveTimer = Type.Object({
  timer: Type.String({ description: 'Kamailio name of the timer', examples: ['retr', 'fr', 'fr_inv', 'retr_rpl', 'fr_ack', 'wait'] }),
  firesInMs: Type.Integer({ minimum: 0 }),
})
export type LiveTimer = Static<typeof LiveTimer>

/** A branch as it stands now. */
export const LiveBranch = Type.Object({
  index: Type.Integer({ minimum: 0, description: 'Branch number' }),
  uri: Type.String({ description: 'Request-URI of the branch' }),
  target: Type.String({ description: 'proto:ip:port; empty while its next hop is being resolved, and for a suspended transaction' }),
  state: Type.String({ description: 'State of the client transaction' }),
  status: Type.Union([Type.Integer(), Type.Null()], { description: 'Last status received or made up, null before the first' }),
  reason: Type.String({ description: 'Reason phrase of a negative final reply' }),
  faked: Type.Boolean({ description: 'The final reply was made up here' }),
  timedOut: Type.Boolean(),
  cancelled: Type.Boolean({ description: 'To be cancelled; the CANCEL may still wait for a first reply (cancel_b_method)' }),
  retransmissions: Type.Integer({ minimum: 0 }),
  timers: Type.Array(LiveTimer, { description: 'Those that are armed' }),
})
export type LiveBranch = Static<typeof LiveBranch>

/** A transaction as it stood when it was asked for, beside what its events tell. */
export const LiveTransaction = Type.Object({
  state: Type.String({ description: 'State of the server machine, for a local transaction of its client machine' }),
  status,
  cancelled: Type.Boolean({ description: 'A CANCEL came, or an operator cancelled it: no new branches' }),
  suspended: Type.Boolean({ description: 'The script waits for something' }),
  waiting: Type.Boolean({ description: 'It has ended and waits for wt_timer' }),
  endsInMs: Type.Integer({ minimum: 0, description: 'Until the end of its longest legal life' }),
  timers: Type.Array(LiveTimer, { description: 'Those of the server side that are armed' }),
  branches: Type.Array(LiveBranch),
})
export type LiveTransaction = Static<typeof LiveTransaction>

/** A transaction of the same request: the CANCEL of an INVITE, or the INVITE of a CANCEL. */
export const RelatedTransaction = Type.Object({ key: Type.String({ description: 'index:label' }), method: Type.String() })
export type RelatedTransaction = Static<typeof RelatedTransaction>

export const TransactionDetail = Type.Object({
  row: TransactionRow,
  events: Type.Array(EngineEvent, { description: 'Oldest first' }),
  complete: Type.Boolean({ description: 'false: events of this transaction were lost or are no longer kept' }),
  related: Type.Array(RelatedTransaction, { description: 'Others with its Call-ID and CSeq number, as far as their beginnings are kept' }),
  live: Type.Union([LiveTransaction, Type.Null()], { description: 'null: it is no longer in the table' }),
})
export type TransactionDetail = Static<typeof TransactionDetail>
