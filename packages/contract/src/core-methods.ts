import { Type, type Static } from 'typebox'
import { method, optional, required, type Parameter } from './method-definition.ts'

/** Answer to `log_level`: the level now, or the new one (control-reference 4.3). */
export const LogLevelResult = Type.Union([
  Type.Object({ 'Log level': Type.Integer() }),
  Type.Object({ 'New global log level': Type.Integer() }),
])
export type LogLevelResult = Static<typeof LogLevelResult>

export const ReloadResult = Type.Object({
  script: Type.String({ description: 'Its path; default-script.js: the one that is shipped' }),
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

/** Result of `core.info`. */
export const CoreInfo = Type.Object({
  version: Type.String(),
  id: Type.String({ description: 'Empty: there is no source revision at run time' }),
  compiler: Type.String({ description: 'What runs the source' }),
  compiled: Type.String({ description: 'Empty: the source runs as it is' }),
  flags: Type.String({ description: 'How datagrams reach the kernel' }),
})
export type CoreInfo = Static<typeof CoreInfo>

/** Result of `core.runinfo`. */
export const CoreRunInfo = Type.Object({
  name: Type.String(),
  version: Type.String(),
  sourceid: Type.String(),
  compiler: Type.String(),
  compiled: Type.String(),
  time_now: Type.String(),
  time_started: Type.String(),
  uptime_secs: Type.Integer({ minimum: 0 }),
  utime_days: Type.String({ examples: ['0d 0h 0m 45s'] }),
})
export type CoreRunInfo = Static<typeof CoreRunInfo>

const ProcessRow = Type.Object({ IDX: Type.Integer(), PID: Type.Integer(), DSC: Type.String() })

const yesNo = Type.Union([Type.Literal('yes'), Type.Literal('no')])
/** An item of `core.sockets_list`. */
export const SocketItem = Type.Object({
  socket: Type.Object({
    proto: Type.String(),
    address: Type.String(),
    ipaddress: Type.String(),
    port: Type.String(),
    mcast: yesNo,
    mhomed: yesNo,
    virtual: yesNo,
  }),
})
export type SocketItem = Static<typeof SocketItem>

/** An item of `corex.list_sockets`, as 5.6 writes it. */
export const SocketRow = Type.Object({
  PROTO: Type.String(),
  NAME: Type.String(),
  ADDRLIST: Type.Object({ ADDR: Type.String() }),
  PORT: Type.String(),
  MCAST: yesNo,
  MHOMED: yesNo,
  VIRTUAL: yesNo,
  SOCKNAME: Type.String(),
  ADVERTISE: Type.String(),
})
export type SocketRow = Static<typeof SocketRow>

/** Result of `core.tcp_info`. */
export const TcpInfo = Type.Object({
  readers: Type.Integer({ description: 'SIP threads' }),
  max_connections: Type.Integer(),
  max_tls_connections: Type.Integer(),
  opened_connections: Type.Integer(),
  opened_tls_connections: Type.Integer(),
  write_queued_bytes: Type.Integer(),
})
export type TcpInfo = Static<typeof TcpInfo>

const level = Type.Union([Type.Integer({ minimum: -3, maximum: 4 }), Type.String({ pattern: '^(-?\\d|[A-Za-z]+)$' })])
const echoed: Parameter = { ...optional('value', Type.Union([Type.String(), Type.Number()]), 'Any values'), repeated: true }
const now = 'Sun Nov 22 20:45:41 2026'
const since = 'Sun Nov 22 20:44:56 2026'
const build = { compiler: 'node v26.10.0', compiled: '' } as const

/** core.*, corex.*, system.* and the methods without a group. */
export const coreMethods = {
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
    answersWithinMs: 30_000,
    example: { params: [], result: { script: '/etc/signalbox/route.js', version: 2, loaded_at: 1795380341000 } },
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
    example: { params: [], result: { now, up_since: since, uptime: 45 } },
  }),
  'core.info': method<[]>()('core.info', {
    result: CoreInfo,
    help: 'Version and what runs it.',
    readOnly: true,
    example: { params: [], result: { version: 'signalbox 0.1.0', id: '', ...build, flags: 'dgram' } },
  }),
  'core.runinfo': method<[]>()('core.runinfo', {
    result: CoreRunInfo,
    help: 'Version, start and uptime.',
    readOnly: true,
    example: {
      params: [],
      result: {
        name: 'signalbox',
        version: '0.1.0',
        sourceid: '',
        ...build,
        time_now: now,
        time_started: since,
        uptime_secs: 45,
        utime_days: '0d 0h 0m 45s',
      },
    },
  }),
  'core.ps': method<[]>()('core.ps', {
    result: Type.Array(Type.Union([Type.Integer(), Type.String()])),
    help: 'Threads of the engine as a flat list: process id, description, process id and so on.',
    readOnly: true,
    example: { params: [], result: [4711, 'control thread', 4711, 'SIP thread 0'] },
  }),
  'core.psx': method<[]>()('core.psx', {
    result: Type.Array(ProcessRow),
    help: 'Threads of the engine, an object each.',
    readOnly: true,
    example: { params: [], result: [{ IDX: 0, PID: 4711, DSC: 'control thread' }] },
  }),
  'core.modules': method<[]>()('core.modules', {
    result: Type.Array(Type.String()),
    help: 'Modules that the engine has, under their Kamailio names.',
    readOnly: true,
    example: { params: [], result: ['tmx', 'tm', 'sl'] },
  }),
  'core.echo': method<(string | number)[]>()('core.echo', {
    parameters: [echoed],
    result: Type.Array(Type.String()),
    help: 'Answers with its parameters, as texts.',
    readOnly: true,
    example: { params: ['hello', 1], result: ['hello', '1'] },
  }),
  'core.sockets_list': method<[]>()('core.sockets_list', {
    result: Type.Array(SocketItem),
    help: 'Sockets that SIP is served on.',
    readOnly: true,
    example: {
      params: [],
      result: [
        {
          socket: { proto: 'udp', address: '127.0.0.1', ipaddress: '127.0.0.1', port: '5060', mcast: 'no', mhomed: 'no', virtual: 'no' },
        },
      ],
    },
  }),
  'core.tcp_info': method<[]>()('core.tcp_info', {
    result: TcpInfo,
    help: 'Connections that are open, and how many may be.',
    readOnly: true,
    example: {
      params: [],
      result: {
        readers: 1,
        max_connections: 10_000,
        max_tls_connections: 0,
        opened_connections: 2,
        opened_tls_connections: 0,
        write_queued_bytes: 0,
      },
    },
  }),
  'corex.list_sockets': method<[]>()('corex.list_sockets', {
    result: Type.Array(SocketRow),
    help: 'Sockets that SIP is served on, with the keys of Kamailio 5.6.',
    readOnly: true,
    example: {
      params: [],
      result: [
        {
          PROTO: 'udp',
          NAME: '127.0.0.1',
          ADDRLIST: { ADDR: '127.0.0.1' },
          PORT: '5060',
          MCAST: 'no',
          MHOMED: 'no',
          VIRTUAL: 'no',
          SOCKNAME: '-',
          ADVERTISE: '-',
        },
      ],
    },
  }),
  'system.listMethods': method<[]>()('system.listMethods', {
    result: Type.Array(Type.String()),
    help: 'Names of all methods that can be called here, sorted: over HTTP without subscriptions.',
    readOnly: true,
    example: { params: [], result: ['core.uptime', 'core.version', 'tm.stats'] },
  }),
  'system.methodHelp': method<[name: string]>()('system.methodHelp', {
    parameters: [required('name', Type.String(), 'A method')],
    result: Type.String(),
    help: 'What a method does. 400 no such method: NAME.',
    readOnly: true,
    example: { params: ['tm.stats'], result: 'Counters of the transaction engine.' },
  }),
} as const
