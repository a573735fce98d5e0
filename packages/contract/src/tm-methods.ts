import { Type } from 'typebox'
import { method, optional, required } from './method-definition.ts'
import { exampleTmListItem } from './examples.ts'
import { TmListItem } from './tm-list.ts'
import { TmStats } from './tm-stats.ts'

/** The answer of a command that has nothing to tell: `{}`. */
export const Nothing = Type.Object({}, { additionalProperties: false, description: 'Nothing to tell' })

/** Texts of several lines say so by their media type (RFC 3420): forms give them room. */
export const HeaderLines = Type.String({ contentMediaType: 'message/sipfrag' })
export const BodyText = Type.String({ contentMediaType: 'text/plain' })

/** Result of `tm.hash_stats`: how evenly the table spreads its transactions, of those there are (crt) and there ever were (acc). */
const spread = (prefix: 'crt' | 'acc', what: string) => ({
  [`${prefix}_transactions`]: Type.Integer({ description: what }),
  [`${prefix}_target_per_cell`]: Type.Integer({ description: 'Transactions a bucket if all had the same, rounded down' }),
  [`${prefix}_min`]: Type.Integer({ description: 'In the emptiest bucket' }),
  [`${prefix}_max`]: Type.Integer({ description: 'In the fullest bucket' }),
  [`${prefix}_worst_case_extra_cells`]: Type.Integer({ description: 'Fullest bucket above the target' }),
  [`${prefix}_no_zero_cells`]: Type.Integer({ description: 'Empty buckets' }),
  [`${prefix}_no_deviating_cells`]: Type.Integer({ description: 'Buckets that do not hold the target' }),
  [`${prefix}_deviation_sq_sum`]: Type.Integer({ description: 'Sum of the squared deviations from the target' }),
})

export const TmHashStats = Type.Object({
  hash_size: Type.Integer({ description: 'Buckets' }),
  ...spread('crt', 'In the table now'),
  ...spread('acc', 'Inserted since the start'),
})
export type TmHashStats = Readonly<Record<string, number>>

const oneOfBoth = Type.Union([Type.String(), Type.Integer()])
const callId = required('callid', oneOfBoth, 'Call-ID of the request')
const cseq = required('cseq', oneOfBoth, 'CSeq number, or number and method as in "10 INVITE"')
const code = required('code', Type.Integer({ minimum: 100, maximum: 699 }), 'Status code')
const reason = required('reason', Type.String(), 'Reason phrase')
const toTag = required('to_tag', oneOfBoth, 'To-tag if the request has none; . for one of ours')
const headers = optional('headers', HeaderLines, 'Complete header lines, separated by line ends; . for none')
const body = optional('body', BodyText, 'Body; its Content-Type stands in headers')
const stats = { current: 1, waiting: 0, total: 3, total_local: 0, rpl_received: 6, rpl_generated: 3, rpl_sent: 8 } as const
const finals = { '6xx': 0, '5xx': 0, '4xx': 1, '3xx': 0, '2xx': 1, created: 3, freed: 2, delayed_free: 0 } as const
const exampleCallId = '3848276298220188511@atlanta.example.com'
const exampleSpread = (prefix: string, transactions: number) =>
  Object.fromEntries(
    ['target_per_cell', 'min', 'max', 'worst_case_extra_cells', 'no_zero_cells', 'no_deviating_cells', 'deviation_sq_sum']
      .map((key, i) => [`${prefix}_${key}`, [0, 0, 1, 1, 65_536 - transactions, transactions, transactions][i]])
      .toSpliced(0, 0, [`${prefix}_transactions`, transactions]),
  )

type Body = [headers?: string, body?: string]

/** tm.*: what an operator asks of the transaction engine and does to its transactions (tm-reference 12). */
export const tmMethods = {
  'tm.stats': method<[]>()('tm.stats', {
    result: TmStats,
    help: 'Counters of the transaction engine.',
    readOnly: true,
    example: { params: [], result: { ...stats, ...finals } },
  }),
  'tm.list': method<[]>()('tm.list', {
    result: Type.Array(TmListItem),
    help: 'All transactions in the table, one object each.',
    readOnly: true,
    example: { params: [], result: [exampleTmListItem] },
  }),
  'tm.hash_stats': method<[]>()('tm.hash_stats', {
    result: TmHashStats,
    help: 'How evenly the transaction table spreads its transactions over its buckets, now (crt) and since the start (acc).',
    readOnly: true,
    example: { params: [], result: { hash_size: 65_536, ...exampleSpread('crt', 2), ...exampleSpread('acc', 7) } },
  }),
  'tm.cancel': method<[callid: string | number, cseq: string | number]>()('tm.cancel', {
    parameters: [callId, cseq],
    result: Type.Unsafe<[branches: number, text: string]>(Type.Array(Type.Union([Type.Integer(), Type.String()]))),
    help: 'Cancels an INVITE by Call-ID and CSeq: every branch without final reply gets a CANCEL. Tells how many branches are still open.',
    readOnly: false,
    example: { params: [exampleCallId, 1], result: [1, 'branches remaining (waiting for timeout)'] },
  }),
  'tm.reply': method<[code: number, reason: string, trans_id: string, to_tag: string | number, ...Body]>()('tm.reply', {
    parameters: [
      code,
      reason,
      required('trans_id', Type.String({ pattern: '^\\d+:\\d+$' }), 'tindex:tlabel of tm.list'),
      toTag,
      headers,
      body,
    ],
    result: Nothing,
    help: 'Answers a received request that still waits for its final reply. A final reply cancels the open branches.',
    readOnly: false,
    example: { params: [480, 'Temporarily Unavailable', '4711:1868931', '.', 'Retry-After: 30'], result: {} },
  }),
  'tm.reply_callid': method<
    [code: number, reason: string, callid: string | number, cseq: string | number, to_tag: string | number, ...Body]
  >()('tm.reply_callid', {
    parameters: [code, reason, callId, cseq, toTag, headers, body],
    result: Nothing,
    help: 'Answers a received request, found by Call-ID and CSeq, that still waits for its final reply.',
    readOnly: false,
    example: { params: [603, 'Decline', exampleCallId, '1 INVITE', '.'], result: {} },
  }),
  'tm.retransmit_reply': method<[tindex: number | string, tlabel?: number]>()('tm.retransmit_reply', {
    parameters: [
      required('tindex', oneOfBoth, 'tindex of tm.list, or tindex:tlabel'),
      optional('tlabel', Type.Integer({ minimum: 0 }), 'tlabel of tm.list, unless it stands in the first parameter'),
    ],
    result: Nothing,
    help: 'Sends the last reply of a transaction once more.',
    readOnly: false,
    example: { params: [4711, 1868931], result: {} },
  }),
  'tm.retransmit_reply_callid': method<[callid: string | number, cseq: string | number]>()('tm.retransmit_reply_callid', {
    parameters: [callId, cseq],
    result: Nothing,
    help: 'Sends the last reply of a transaction, found by Call-ID and CSeq, once more.',
    readOnly: false,
    example: { params: [exampleCallId, '1 INVITE'], result: {} },
  }),
  'tm.clean': method<[]>()('tm.clean', {
    result: Nothing,
    help: 'Frees transactions whose longest legal life ended more than 90 seconds ago; there should be none.',
    readOnly: false,
    example: { params: [], result: {} },
  }),
} as const
