import { Type, type Static } from 'typebox'
import { EngineEvent } from './engine-event.ts'
import { exampleEvent, exampleLive, exampleRow } from './examples.ts'
import { method, optional, required } from './method-definition.ts'
import { Nothing } from './tm-methods.ts'
import { TransactionDetail } from './transaction-detail.ts'

const seq = Type.Integer({ minimum: 0 })

export const EngineInfo = Type.Object({
  name: Type.String({ description: 'Host name of the machine; `node` of the events' }),
  version: Type.String(),
  pid: Type.Integer(),
  node: Type.String({ description: 'Version of Node.js' }),
  workers: Type.Integer({ minimum: 1 }),
  listeners: Type.Array(Type.String(), { examples: [['udp:127.0.0.1:5060', 'tcp:127.0.0.1:5060']] }),
  datagramPort: Type.Union([Type.Literal('dgram'), Type.Literal('ffi'), Type.Literal('native')], {
    description: 'How datagrams reach the kernel',
  }),
  script: Type.Object({
    file: Type.String({ description: 'Its path; default-script.js: the one that is shipped' }),
    version: Type.Integer(),
    loadedAt: Type.Number(),
  }),
  dataDir: Type.String(),
  startedAt: Type.Number({ description: 'Unix time, ms' }),
  trouble: Type.Optional(
    Type.String({
      description: 'Why it does not serve everything, for example that registrations cannot be written; missing when it does',
    }),
  ),
})
export type EngineInfo = Static<typeof EngineInfo>

export const EventHistory = Type.Object({
  events: Type.Array(EngineEvent, { description: 'Oldest first' }),
  oldest: Type.Integer({ description: 'First seq still kept, 0: none' }),
  newest: Type.Integer({ description: 'Last seq, 0: none' }),
  lost: Type.Integer({ minimum: 0, description: 'Events lost since the start' }),
})
export type EventHistory = Static<typeof EventHistory>

/** Result of `signalbox.tx.cancel_branch`. */
export const BranchCancelled = Type.Object({
  outcome: Type.Union([Type.Literal('cancelled'), Type.Literal('given-up')], {
    description: 'cancelled: a CANCEL was sent or goes out with the first reply; given-up: ended by a 487 made here',
  }),
  open: Type.Integer({ minimum: 0, description: 'Branches that still have no final reply' }),
})
export type BranchCancelled = Static<typeof BranchCancelled>

export const SubscribeOptions = Type.Object({ since: Type.Optional(seq) })
export const SubscribeResult = Type.Object({
  topic: Type.String(),
  seq: Type.Integer({ minimum: 0, description: 'Last seq of the topic so far' }),
})
export type SubscribeResult = Static<typeof SubscribeResult>

const index = required('index', Type.Integer({ minimum: 0 }), 'Hash index (tindex of tm.list)')
const label = required('label', Type.Integer({ minimum: 0 }), 'Label (tlabel of tm.list)')
const topic = required('topic', Type.String(), 'tm.stats, transactions, events or tx:INDEX:LABEL')
const EXAMPLE_METRIC =
  '# HELP signalbox_tm_stats_current Transactions in the table, the waiting ones included\n# TYPE signalbox_tm_stats_current gauge\nsignalbox_tm_stats_current 3\n'
const started = 1795380341000

/** signalbox.*: what only this engine has. */
export const signalboxMethods = {
  'signalbox.info': method<[]>()('signalbox.info', {
    result: EngineInfo,
    help: 'What runs: version, listeners, script, data directory; and what is wrong with it, if anything is.',
    readOnly: true,
    example: {
      params: [],
      result: {
        name: 'sip1.example.com',
        version: '0.1.0',
        pid: 4711,
        node: 'v26.10.0',
        workers: 1,
        listeners: ['udp:127.0.0.1:5060', 'tcp:127.0.0.1:5060'],
        datagramPort: 'dgram',
        script: { file: 'default-script.js', version: 1, loadedAt: started },
        dataDir: '/var/lib/signalbox',
        startedAt: started,
      },
    },
  }),
  'signalbox.metrics': method<[]>()('signalbox.metrics', {
    result: Type.String(),
    help: 'All metrics in the text format of Prometheus.',
    readOnly: true,
    example: { params: [], result: EXAMPLE_METRIC },
  }),
  'signalbox.tx.get': method<[index: number, label: number]>()('signalbox.tx.get', {
    parameters: [index, label],
    result: TransactionDetail,
    help: 'One transaction with its events and, while it is in the table, its branches and armed timers. 404 Transaction not found.',
    readOnly: true,
    example: {
      params: [4711, 1868931],
      result: { row: exampleRow, events: [exampleEvent], complete: true, related: [], live: exampleLive },
    },
  }),
  'signalbox.tx.cancel_branch': method<[index: number, label: number, branch: number]>()('signalbox.tx.cancel_branch', {
    parameters: [index, label, required('branch', Type.Integer({ minimum: 0, maximum: 31 }), 'Branch number')],
    result: BranchCancelled,
    help: 'Cancels one branch of an INVITE and leaves the others alone. 404 Transaction not found, 409 if there is nothing to cancel.',
    readOnly: false,
    example: { params: [4711, 1868931, 0], result: { outcome: 'cancelled', open: 1 } },
  }),
  'signalbox.tx.reply': method<[index: number, label: number, code: number, reason?: string]>()('signalbox.tx.reply', {
    parameters: [
      index,
      label,
      required('code', Type.Integer({ minimum: 200, maximum: 699 }), 'Status code of the final reply'),
      optional('reason', Type.String(), 'Reason phrase; the standard one if left out'),
    ],
    result: Nothing,
    help: 'Forces a final reply upstream and cancels the open branches. 404 Transaction not found, 409 if it has a final reply.',
    readOnly: false,
    example: { params: [4711, 1868931, 480, 'Temporarily Unavailable'], result: {} },
  }),
  'signalbox.events.history': method<[since?: number, limit?: number]>()('signalbox.events.history', {
    parameters: [
      optional('since', seq, 'Only events after this seq; 0: all that are kept'),
      optional('limit', Type.Integer({ minimum: 1, maximum: 10_000 }), 'At most so many, the newest (default 1000, at most 10000)'),
    ],
    result: EventHistory,
    help: 'Events that the engine still keeps, the newest 1000 of them or as many as limit says; at most 10000 a call.',
    readOnly: true,
    example: { params: [0, 100], result: { events: [exampleEvent], oldest: 1, newest: 12, lost: 0 } },
  }),
  'signalbox.subscribe': method<[topic: string, options?: { since?: number }]>()('signalbox.subscribe', {
    parameters: [topic, optional('options', SubscribeOptions, 'since: last seq seen')],
    result: SubscribeResult,
    help: 'From now on the topic comes as notifications signalbox.topic on this connection. Subscribing twice starts the topic over. 404 Unknown topic.',
    readOnly: true,
    streaming: true,
    example: { params: ['tm.stats', { since: 0 }], result: { topic: 'tm.stats', seq: 0 } },
  }),
  'signalbox.unsubscribe': method<[topic: string]>()('signalbox.unsubscribe', {
    parameters: [topic],
    result: SubscribeResult,
    help: 'Ends a subscription of this connection; no error if there was none.',
    readOnly: true,
    streaming: true,
    example: { params: ['tm.stats'], result: { topic: 'tm.stats', seq: 12 } },
  }),
} as const
