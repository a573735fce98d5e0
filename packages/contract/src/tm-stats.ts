import { Type, type Static } from 'typebox'

/** Keys of `tm.stats` in the order in which they are printed (tm-reference 11). */
export const tmStatsKeys = [
  'current',
  'waiting',
  'total',
  'total_local',
  'rpl_received',
  'rpl_generated',
  'rpl_sent',
  '6xx',
  '5xx',
  '4xx',
  '3xx',
  '2xx',
  'created',
  'freed',
  'delayed_free',
] as const

export type TmStatsKey = (typeof tmStatsKeys)[number]

const count = (description: string) => Type.Integer({ minimum: 0, description })

/** Counters of the transaction engine, as Kamailio names them (tm-reference 11). JSON.stringify keeps this key order if the object is built in it. */
export const TmStats = Type.Object(
  {
    current: count('Transactions in the table now, the waiting ones included'),
    waiting: count('Transactions that ended and wait for wt_timer'),
    total: count('Transactions inserted since the start'),
    total_local: count('Transactions without a server side: started here'),
    rpl_received: count('Replies that matched a transaction'),
    rpl_generated: count('Replies built here'),
    rpl_sent: count('Replies decided for upstream, provisional ones included'),
    '6xx': count('Final replies of class 6 sent upstream'),
    '5xx': count('Final replies of class 5 sent upstream'),
    '4xx': count('Final replies of class 4 sent upstream'),
    '3xx': count('Final replies of class 3 sent upstream'),
    '2xx': count('Final replies of class 2 sent upstream; a repeated 2xx to INVITE counts again'),
    created: count('Cells created'),
    freed: count('Cells freed'),
    delayed_free: count('Cells whose freeing had to wait'),
  },
  { additionalProperties: false, description: 'Transaction counters (tm.stats)' },
)
export type TmStats = Static<typeof TmStats>
