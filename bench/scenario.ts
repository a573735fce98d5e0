import { Port } from './ports.ts'
import type { Probe } from './prober.ts'
import type { Callee, SippTransport } from './sipp.ts'

/** What is measured: who calls whom, how often. */
export interface Scenario {
  readonly name: string
  /** sipp scenario of the callers. */
  readonly caller: string
  readonly callees: readonly Callee[]
  readonly transport: SippTransport
  /** How response times are sampled; null: not. */
  readonly probe: Probe | null
  /** Calls per second. */
  readonly rate: number
}

/** Calls that ring together, to see what they occupy. */
export interface HoldScenario extends Scenario {
  readonly held: number
}

const invite = {
  caller: 'invite.uac',
  callees: [{ scenario: 'invite.uas', port: Port.CALLEE }],
  transport: 'udp',
  probe: { method: 'INVITE', user: 'bob' },
} as const
const message = {
  caller: 'message.uac',
  callees: [{ scenario: 'message.uas', port: Port.CALLEE }],
  transport: 'udp',
  probe: { method: 'MESSAGE', user: 'bob' },
} as const

export const scenarios: readonly Scenario[] = [
  { name: 'invite-500', ...invite, rate: 500 },
  { name: 'invite-2000', ...invite, rate: 2000 },
  { name: 'message-2000', ...message, rate: 2000 },
  {
    name: 'register-2000',
    caller: 'register.uac',
    callees: [],
    transport: 'udp',
    probe: { method: 'REGISTER', user: 'user0' },
    rate: 2000,
  },
  { name: 'tcp-2000', ...invite, transport: 'tcp', probe: null, rate: 2000 },
  {
    name: 'fork3-500',
    caller: 'fork3.uac',
    callees: [
      { scenario: 'invite.uas', port: Port.CALLEE },
      { scenario: 'ring.uas', port: Port.SECOND_CALLEE },
      { scenario: 'ring.uas', port: Port.THIRD_CALLEE },
    ],
    transport: 'udp',
    probe: { method: 'INVITE', user: 'fork3' },
    rate: 500,
  },
]

/** `calls` ring together; `rate` gets them there before the first is answered. */
export function holdScenario(held: number): HoldScenario {
  const rate = 2500
  const pause = Math.ceil((held / rate) * 1000) + 4000
  return { ...invite, name: `hold-${held}`, callees: [{ scenario: 'hold.uas', port: Port.CALLEE, pause }], probe: null, rate, held }
}

/** The rate is searched from here upwards. */
export const highestRate: Scenario = { name: 'highest-rate', ...invite, rate: 1000 }
