import type { Column } from './measurement.ts'
import { Port } from './ports.ts'
import type { Probe } from './prober.ts'
import type { Callee, SippTransport } from './sipp.ts'
import type { Routing } from './subject.ts'

/** How a scenario is measured. */
export type Kind = 'cost' | 'hold' | 'highest-rate' | 'pauses' | 'watching' | 'overload'

/** What we want to reach: at most (or at least) so much, as a ratio to the first subject or in the unit of the column. */
export interface Target {
  readonly subject: string
  readonly column: Column
  readonly ratio: boolean
  readonly most?: number
  readonly least?: number
}

/** What is measured: who calls whom, how often. */
export interface Scenario {
  readonly name: string
  readonly kind: Kind
  /** sipp scenario of the callers. */
  readonly caller: string
  /** Port in the Request-URI. */
  readonly called: number
  readonly callees: readonly Callee[]
  /** Who is bound to the callee before the calls begin. */
  readonly registered: string | null
  readonly routing: Routing
  readonly transport: SippTransport
  /** How response times are sampled; null: not. */
  readonly probe: Probe | null
  /** Calls per second. */
  readonly rate: number
  /** Calls that ring together, in scenarios of kind hold. */
  readonly held: number
  /** Who is compared unless told otherwise, the reference first. */
  readonly subjects: readonly string[]
  readonly targets: readonly Target[]
}

const callee = { scenario: 'invite.uas', port: Port.CALLEE } as const

const invite = {
  kind: 'cost',
  caller: 'invite.uac',
  called: Port.CALLEE,
  callees: [callee],
  registered: null,
  routing: 'relay',
  transport: 'udp',
  probe: { method: 'INVITE', uri: `sip:bob@127.0.0.1:${Port.CALLEE}` },
  held: 0,
  subjects: ['kamailio', 'signalbox', 'signalbox-dgram'],
  targets: [],
} as const

/** CPU per call as a ratio to Kamailio, over batched I/O and over node:dgram. */
function cpu(batched: number, dgram: number): readonly Target[] {
  return [
    { subject: 'signalbox', column: 'cpuPerCall', ratio: true, most: batched },
    { subject: 'signalbox-dgram', column: 'cpuPerCall', ratio: true, most: dgram },
  ]
}

const scenarios: readonly Scenario[] = [
  { ...invite, name: 'invite-500', rate: 500, targets: cpu(0.7, 1.1) },
  {
    ...invite,
    name: 'invite-2000',
    rate: 2000,
    subjects: ['kamailio', 'signalbox', 'signalbox-dgram', 'kamailio-default'],
    targets: [
      ...cpu(0.6, 0.95),
      { subject: 'signalbox', column: 'p99', ratio: true, most: 1.2 },
      { subject: 'signalbox-dgram', column: 'p99', ratio: true, most: 1.5 },
    ],
  },
  {
    ...invite,
    name: 'message-2000',
    caller: 'message.uac',
    callees: [{ scenario: 'message.uas', port: Port.CALLEE }],
    probe: { method: 'MESSAGE', uri: `sip:bob@127.0.0.1:${Port.CALLEE}` },
    rate: 2000,
    targets: cpu(0.75, 1.2),
  },
  {
    ...invite,
    name: 'register-2000',
    caller: 'register.uac',
    callees: [],
    probe: { method: 'REGISTER', uri: 'sip:example.com' },
    rate: 2000,
    targets: cpu(0.75, 1.2),
  },
  {
    ...invite,
    name: 'fork3-500',
    caller: 'fork3.uac',
    callees: [callee, { scenario: 'ring.uas', port: Port.SECOND_CALLEE }, { scenario: 'ring.uas', port: Port.THIRD_CALLEE }],
    probe: { method: 'INVITE', uri: `sip:fork3@127.0.0.1:${Port.CALLEE}` },
    rate: 500,
    targets: cpu(0.65, 1),
  },
  {
    ...invite,
    name: 'tcp-2000',
    transport: 'tcp',
    probe: null,
    rate: 2000,
    subjects: ['kamailio', 'signalbox'],
    targets: [{ subject: 'signalbox', column: 'cpuPerCall', ratio: true, most: 1 }],
  },
  {
    ...invite,
    name: 'default-2000',
    called: Port.PROXY,
    registered: 'bob',
    routing: 'default',
    probe: { method: 'INVITE', uri: `sip:bob@127.0.0.1:${Port.PROXY}` },
    rate: 2000,
    targets: cpu(0.75, 1.1),
  },
  // The callers and callees need most of two cores: how far two threads carry shows in what the busiest of them has to do.
  {
    ...invite,
    name: 'threads-4000',
    rate: 4000,
    subjects: ['signalbox', 'signalbox-workers2'],
    targets: [{ subject: 'signalbox-workers2', column: 'busiestPerCall', ratio: true, most: 0.6 }],
  },
  hold(10_000),
  hold(100_000),
  {
    ...invite,
    name: 'highest-rate',
    kind: 'highest-rate',
    rate: 2000,
    targets: [
      { subject: 'signalbox', column: 'rate', ratio: true, least: 1.2 },
      { subject: 'signalbox-dgram', column: 'rate', ratio: true, least: 1 },
    ],
  },
  // Routing that costs so much that sipp can offer twice of what the proxy can carry.
  {
    ...invite,
    name: 'overload',
    kind: 'overload',
    caller: 'overload.uac',
    probe: null,
    rate: 500,
    subjects: ['kamailio', 'signalbox'],
    targets: [
      { subject: 'signalbox', column: 'twice', ratio: false, least: 0.8 },
      { subject: 'signalbox', column: 'recovery', ratio: false, most: 5 },
    ],
  },
  // Of each call the INVITE lives 15 s and the BYE 5 s: 50,000 transactions at 2,500 calls a second.
  {
    ...invite,
    name: 'pauses-50000',
    kind: 'pauses',
    callees: [{ scenario: 'hold.uas', port: Port.CALLEE, pause: 10_000 }],
    probe: null,
    rate: 2500,
    subjects: ['signalbox', 'signalbox-dgram'],
    targets: [
      { subject: 'signalbox', column: 'pause', ratio: false, most: 5 },
      { subject: 'signalbox-dgram', column: 'pause', ratio: false, most: 5 },
    ],
  },
  {
    ...invite,
    name: 'consoles-2000',
    kind: 'watching',
    probe: null,
    rate: 2000,
    subjects: ['signalbox-whole'],
    targets: [{ subject: 'signalbox-whole', column: 'watched', ratio: false, most: 1.03 }],
  },
]

export const scenarioNames: readonly string[] = scenarios.map(({ name }) => name)

/** hold-N for any N; undefined: there is no such scenario. */
export function scenarioNamed(name: string): Scenario | undefined {
  const held = /^hold-(\d+)$/.exec(name)
  return held === null ? scenarios.find((one) => one.name === name) : hold(Number(held[1]))
}

/** `held` calls ring together; `rate` gets them there before the first is answered. */
function hold(held: number): Scenario {
  const rate = 2500
  const pause = Math.ceil((held / rate) * 1000) + 4000
  return {
    ...invite,
    name: `hold-${held}`,
    kind: 'hold',
    callees: [{ scenario: 'hold.uas', port: Port.CALLEE, pause }],
    probe: null,
    rate,
    held,
    subjects: ['kamailio', 'signalbox'],
    targets: [{ subject: 'signalbox', column: 'bytesPerHeldCall', ratio: true, most: 0.5 }],
  }
}
