import { Type, type Static } from 'typebox'
import { EngineEvent } from './engine-event.ts'
import { LocationDump } from './location-dump.ts'
import { method, type Method, type MethodDefinition, type Parameter } from './method-definition.ts'
import { exampleEvent, exampleRow, exampleTmListItem } from './examples.ts'
import { TmListItem } from './tm-list.ts'
import { TmStats } from './tm-stats.ts'
import { TransactionRow } from './transaction-row.ts'

const required = (name: string, schema: Parameter['schema'], help: string): Parameter => ({ name, schema, required: true, help })
const optional = (name: string, schema: Parameter['schema'], help: string): Parameter => ({ name, schema, required: false, help })

const seq = Type.Integer({ minimum: 0 })

/** Answer to `log_level`: the level now, or the new one (control-reference 4.3). */
export const LogLevelResult = Type.Union([
  Type.Object({ 'Log level': Type.Integer() }),
  Type.Object({ 'New global log level': Type.Integer() }),
])
export type LogLevelResult = Static<typeof LogLevelResult>

export const ReloadResult = Type.Object({
  script: Type.String({ description: 'File, or the name of the built-in script' }),
  version: Type.Integer({ minimum: 1, description: 'Rises by one a load' }),
  loaded_at: Type.Number({ description: 'Unix time, ms' }),
})
export type ReloadResult = Static<typeof ReloadResult>

export const Uptime = Type.Object({
  now: Type.String({ examples: ['Sun Nov 22 20:45:41 2026'] }),
  up_since: Type.String(),
  uptime: Type.Integer({ minimum: 0, description: 'Seconds' }),
})
export type Uptime = Static<typeof Uptime>

export const EngineInfo = Type.Object({
  name: Type.String({ description: 'Name of this engine; `node` of its events' }),
  version: Type.String(),
  pid: Type.Integer(),
  node: Type.String({ description: 'Version of Node.js' }),
  workers: Type.Integer({ minimum: 1 }),
  listeners: Type.Array(Type.String(), { examples: [['udp:127.0.0.1:5060', 'tcp:127.0.0.1:5060']] }),
  datagramPort: Type.Union([Type.Literal('dgram'), Type.Literal('ffi')], { description: 'How datagrams reach the kernel' }),
  script: Type.Object({ file: Type.String(), version: Type.Integer(), loadedAt: Type.Number() }),
  dataDir: Type.String(),
  startedAt: Type.Number({ description: 'Unix time, ms' }),
})
export type EngineInfo = Static<typeof EngineInfo>

export const TransactionDetail = Type.Object({
  row: TransactionRow,
  events: Type.Array(EngineEvent, { description: 'Oldest first' }),
  complete: Type.Boolean({ description: 'false: events of this transaction were lost or are no longer kept' }),
})
export type TransactionDetail = Static<typeof TransactionDetail>

export const EventHistory = Type.Object({
  events: Type.Array(EngineEvent, { description: 'Oldest first' }),
  oldest: Type.Integer({ description: 'First seq still kept, 0: none' }),
  newest: Type.Integer({ description: 'Last seq, 0: none' }),
  lost: Type.Integer({ minimum: 0, description: 'Events lost since the start' }),
})
export type EventHistory = Static<typeof EventHistory>

export const SubscribeOptions = Type.Object({ since: Type.Optional(seq) })
export const SubscribeResult = Type.Object({
  topic: Type.String(),
  seq: Type.Integer({ minimum: 0, description: 'Last seq of the topic so far' }),
})
export type SubscribeResult = Static<typeof SubscribeResult>

const level = Type.Union([Type.Integer({ minimum: -3, maximum: 4 }), Type.String({ pattern: '^(-?\\d|[A-Za-z]+)$' })])
const index = required('index', Type.Integer({ minimum: 0 }), 'Hash index (tindex of tm.list)')
const label = required('label', Type.Integer({ minimum: 0 }), 'Label (tlabel of tm.list)')
const topic = required('topic', Type.String(), 'tm.stats, transactions, events or tx:INDEX:LABEL')
const started = 1795380341000
const stats = { current: 1, waiting: 0, total: 3, total_local: 0, rpl_received: 6, rpl_generated: 3, rpl_sent: 8 } as const
const finals = { '6xx': 0, '5xx': 0, '4xx': 1, '3xx': 0, '2xx': 1, created: 3, freed: 2, delayed_free: 0 } as const

/** The methods of the engine by name. Served on the unix socket; all but the streaming ones also by POST /RPC and /api/v1/rpc. */
export const methods = {
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
  log_level: method<[level?: number | string]>()('log_level', {
    parameters: [optional('level', level, 'New level: -3 (alert) to 4 (debug), or its name; without it the level is only told')],
    result: LogLevelResult,
    help: 'Tells or sets the log level of the whole engine.',
    readOnly: false,
    example: { params: [3], result: { 'New global log level': 3 } },
  }),
  reload: method<[]>()('reload', {
    result: ReloadResult,
    help: 'Loads the routing script again and swaps it in at once. A script that does not load is refused (500 FILE:LINE: REASON) and the old one keeps serving.',
    readOnly: false,
    example: { params: [], result: { script: '/etc/signalbox/route.js', version: 2, loaded_at: started } },
  }),
  'core.version': method<[]>()('core.version', {
    result: Type.String(),
    help: 'Name, version and platform.',
    readOnly: true,
    example: { params: [], result: 'signalbox 0.1.0 (x86_64/linux)' },
  }),
  'core.uptime': method<[]>()('core.uptime', {
    result: Uptime,
    help: 'Now, start and seconds in between.',
    readOnly: true,
    example: { params: [], result: { now: 'Sun Nov 22 20:45:41 2026', up_since: 'Sun Nov 22 20:44:56 2026', uptime: 45 } },
  }),
  'ul.dump': method<[brief?: 'brief']>()('ul.dump', {
    parameters: [optional('brief', Type.Literal('brief'), 'Addresses of record only')],
    result: LocationDump,
    help: 'The location table: who is registered where.',
    readOnly: true,
    example: {
      params: ['brief'],
      result: {
        Domains: [{ Domain: { Domain: 'location', Size: 1024, AoRs: [{ AoR: 'alice' }], Stats: { Records: 1, 'Max-Slots': 1 } } }],
      },
    },
  }),
  'system.listMethods': method<[]>()('system.listMethods', {
    result: Type.Array(Type.String()),
    help: 'Names of all methods, sorted.',
    readOnly: true,
    example: { params: [], result: ['core.uptime', 'core.version', 'tm.stats'] },
  }),
  'system.methodHelp': method<[name: string]>()('system.methodHelp', {
    parameters: [required('name', Type.String(), 'A method')],
    result: Type.String(),
    help: 'What a method does.',
    readOnly: true,
    example: { params: ['tm.stats'], result: 'Counters of the transaction engine.' },
  }),
  'signalbox.info': method<[]>()('signalbox.info', {
    result: EngineInfo,
    help: 'What runs: version, listeners, script, data directory.',
    readOnly: true,
    example: {
      params: [],
      result: {
        name: 'signalbox',
        version: '0.1.0',
        pid: 4711,
        node: 'v26.10.0',
        workers: 1,
        listeners: ['udp:127.0.0.1:5060', 'tcp:127.0.0.1:5060'],
        datagramPort: 'dgram',
        script: { file: 'built-in', version: 1, loadedAt: started },
        dataDir: '/var/lib/signalbox',
        startedAt: started,
      },
    },
  }),
  'signalbox.metrics': method<[]>()('signalbox.metrics', {
    result: Type.String(),
    help: 'All metrics in the text format of Prometheus.',
    readOnly: true,
    example: { params: [], result: '# HELP signalbox_up 1 while the engine runs\n# TYPE signalbox_up gauge\nsignalbox_up 1\n' },
  }),
  'signalbox.tx.get': method<[index: number, label: number]>()('signalbox.tx.get', {
    parameters: [index, label],
    result: TransactionDetail,
    help: 'One transaction with its events. 404 Transaction not found.',
    readOnly: true,
    example: { params: [4711, 1868931], result: { row: exampleRow, events: [exampleEvent], complete: true } },
  }),
  'signalbox.events.history': method<[since?: number, limit?: number]>()('signalbox.events.history', {
    parameters: [
      optional('since', seq, 'Only events after this seq; 0: all that are kept'),
      optional('limit', Type.Integer({ minimum: 1, maximum: 10_000 }), 'At most so many, the newest (default 1000)'),
    ],
    result: EventHistory,
    help: 'Events that the engine still keeps.',
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
} as const satisfies Record<string, MethodDefinition>

export type MethodName = keyof typeof methods
type TypesOf<M> = M extends Method<infer P, infer R> ? { readonly params: P; readonly result: R } : never
/** Type of the `params` array of a method. */
export type ParamsOf<M extends MethodName> = TypesOf<(typeof methods)[M]>['params']
/** Type of the result of a method. */
export type ResultOf<M extends MethodName> = TypesOf<(typeof methods)[M]>['result']

/** The definition of a method, or null. */
export function findMethod(name: string): MethodDefinition | null {
  return Object.hasOwn(methods, name) ? methods[name as MethodName] : null
}
