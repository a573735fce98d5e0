import type { DnsServer, ZoneRecord } from '../harness/dns-server.ts'
import { record, startDnsServer } from '../harness/dns-server.ts'
import { startKamailioWith } from '../harness/start-kamailio.ts'
import { startSignalbox } from '../harness/start-signalbox.ts'
import { compareRecordings } from './compare.ts'
import type { Difference } from './compare.ts'
import type { AddressesOf } from './kamailio-config.ts'
import { kamailioConfig } from './kamailio-config.ts'
import { ksrScript } from './ksr-script.ts'
import type { Recording, Seats } from './play.ts'
import { castOf, closeSeats, openSeats, play, portOf } from './play.ts'
import type { CalleeName, Scenario, TmParameters } from './scenario.ts'
import { calleeNames } from './scenario.ts'

/** Timers that keep scenarios short; a scenario's own parameters come on top. */
const shortTimers = { fr_timer: 2000, fr_inv_timer: 3000, wt_timer: 2500 } as const

export interface Comparison {
  readonly kamailio: Recording
  readonly signalbox: Recording
  readonly differences: readonly Difference[]
}

/** One Kamailio and one Signalbox with the same parameters, and the routes of these scenarios in both. */
export interface Lane {
  readonly compare: (scenario: Scenario) => Promise<Comparison>
  /** What the programs printed, for failures. */
  readonly output: () => string
  readonly stop: () => Promise<void>
}

interface Program {
  readonly run: (scenario: Scenario) => Promise<Recording>
  readonly output: () => string
  readonly stop: () => Promise<void>
}

/** What stands for `{a}` and `{a:port}` in the routes of a scenario. */
function addressesOf(seats: Seats): AddressesOf {
  return (scenario) => ({
    ...names,
    ...Object.fromEntries(
      calleeNames.flatMap((name) => {
        const { host, port, transport } = portOf(seats, name, scenario)
        return [
          [name, `${host}:${port}${transport === 'TCP' ? ';transport=tcp' : ''}`],
          [`${name}:port`, String(port)],
        ]
      }),
    ),
  })
}

/** Names and what stands for them; see Scenario.names. */
const names = { ab: 'ab.test', abc: 'abc.test' } as const

/** SRV records in the order of the callees. */
function zoneOf(seats: Seats): readonly ZoneRecord[] {
  return Object.entries(names).flatMap(([callees, domain]) =>
    [...callees].flatMap((name, i) => {
      const place = { priority: i + 1, weight: 0, port: seats[name as CalleeName].udp.port, target: `${name}.${domain}` }
      return [record.srv(`_sip._udp.${domain}`, 60, place), record.a(`${name}.${domain}`, 60, '127.0.0.1')]
    }),
  )
}

let nameServers = 0

/** A name server for the program that these seats are for; the resolver of the system knows port 53 only. */
async function nameServerFor(scenarios: readonly Scenario[], seats: Seats): Promise<DnsServer | null> {
  if (!scenarios.some((scenario) => scenario.names === true)) return null
  nameServers += 1
  return startDnsServer(zoneOf(seats), `127.${100 + (process.pid % 100)}.${process.pid % 250}.${nameServers}`, 53)
}

async function orClose<T>(seats: Seats, starting: Promise<T>): Promise<T> {
  try {
    return await starting
  } catch (problem) {
    await closeSeats(seats)
    throw problem
  }
}

async function kamailioProgram(scenarios: readonly Scenario[], tm: TmParameters): Promise<Program> {
  const seats = await openSeats()
  const nameServer = await nameServerFor(scenarios, seats)
  const program = await orClose(
    seats,
    startKamailioWith((sipPort) => kamailioConfig(scenarios, addressesOf(seats), tm, sipPort), nameServer?.host),
  )
  const stop = async (): Promise<void> => {
    await program.stop()
    await nameServer?.close()
    await closeSeats(seats)
  }
  return { run: (scenario) => play(scenario, castOf(seats, program.sipPort, scenario), program.rpc), output: program.output, stop }
}

/** Kamailio's event route has its name, ours needs one. */
function eventCallback(scenarios: readonly Scenario[]): TmParameters {
  return scenarios.some(({ routes }) => routes.localRequest !== undefined) ? { event_callback: 'own' } : {}
}

async function signalboxProgram(scenarios: readonly Scenario[], tm: TmParameters): Promise<Program> {
  const seats = await openSeats()
  const nameServer = await nameServerFor(scenarios, seats)
  const resolving = nameServer === null ? {} : { core: { use_dns_failover: 1 }, flags: ['--dns-server', `${nameServer.host}:53`] }
  const program = await orClose(
    seats,
    startSignalbox({ script: ksrScript(scenarios, addressesOf(seats)), tm: { ...tm, ...eventCallback(scenarios) }, ...resolving }),
  )
  const stop = async (): Promise<void> => {
    await program.stop()
    await nameServer?.close()
    await closeSeats(seats)
  }
  return { run: (scenario) => play(scenario, castOf(seats, program.sipPort, scenario), program.rpc), output: program.output, stop }
}

/** When one did not start, the other one is not left running. */
async function bothOrNone([one, other]: readonly [PromiseSettledResult<Program>, PromiseSettledResult<Program>]): Promise<
  readonly [Program, Program]
> {
  if (one.status === 'fulfilled' && other.status === 'fulfilled') return [one.value, other.value]
  for (const result of [one, other]) if (result.status === 'fulfilled') await result.value.stop()
  throw one.status === 'rejected' ? one.reason : (other as PromiseRejectedResult).reason
}

export async function openLane(scenarios: readonly Scenario[], tm: TmParameters): Promise<Lane> {
  const parameters = { ...shortTimers, ...tm }
  const started = await Promise.allSettled([kamailioProgram(scenarios, parameters), signalboxProgram(scenarios, parameters)])
  const [kamailio, signalbox] = await bothOrNone(started)
  return {
    compare: async (scenario) => {
      const [one, other] = await Promise.all([kamailio.run(scenario), signalbox.run(scenario)])
      return { kamailio: one, signalbox: other, differences: compareRecordings(one, other) }
    },
    output: () => `Kamailio:\n${kamailio.output().slice(-3000)}\nSignalbox:\n${signalbox.output().slice(-3000)}`,
    stop: async () => {
      await Promise.all([kamailio.stop(), signalbox.stop()])
    },
  }
}
