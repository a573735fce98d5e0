import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { kamailio } from './kamailio.ts'
import { scenarioNamed, scenarioNames, type Scenario } from './scenario.ts'
import { signalbox } from './signalbox.ts'
import type { SubjectSpec } from './subject.ts'

export interface BenchOptions {
  readonly rounds: number
  /** Length of a measured window. */
  readonly seconds: number
  readonly scenarios: readonly Scenario[]
  /** The first is what the others are compared with; null: those of the scenario. */
  readonly subjects: readonly SubjectSpec[] | null
  /** Where the tables go besides the terminal, null for nowhere. */
  readonly results: string | null
}

export const USAGE = `npm run bench -- [--rounds N] [--seconds N] [--quick] [--scenarios LIST] [--subjects LIST] [--results FILE]

  --rounds N        rounds; in each, every proxy is started and measured in turn (5)
  --seconds N       length of a measured window (5)
  --quick           two rounds of three seconds, invite-2000 only, unless told otherwise
  --scenarios LIST  of ${scenarioNames.join(', ')}; hold-N for any N
  --subjects LIST   instead of those of the scenario; the first is the reference:
                    kamailio            one worker per transport, allocator fm
                    kamailio-default    the same with the default allocator of the package
                    signalbox           the engine of this checkout
                    signalbox-dgram     the same over node:dgram, as where node:ffi is missing
                    signalbox-workers2  the same with two SIP threads
                    signalbox-window    the same with a receive window of 1 ms
                    signalbox-whole     launcher and API too
                    signalbox@FOLDER    the engine of another checkout
  --results FILE    also append the tables there
`

const known: Readonly<Record<string, () => SubjectSpec>> = {
  kamailio: () => kamailio('kamailio', 'fm'),
  'kamailio-default': () => kamailio('kamailio-default', 'default'),
  signalbox: () => signalbox({ name: 'signalbox' }),
  'signalbox-workers2': () => signalbox({ name: 'signalbox-workers2', workers: 2 }),
  'signalbox-dgram': () => signalbox({ name: 'signalbox-dgram', env: { SIGNALBOX_DATAGRAM_PORT: 'dgram' } }),
  'signalbox-window': () => signalbox({ name: 'signalbox-window', env: { SIGNALBOX_RECEIVE_WINDOW: '1' } }),
  'signalbox-whole': () => signalbox({ name: 'signalbox-whole', whole: true }),
}

/** Throws an Error whose message is for the user. */
export function readCommandLine(args: readonly string[]): BenchOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rounds: { type: 'string' },
      seconds: { type: 'string' },
      quick: { type: 'boolean', default: false },
      scenarios: { type: 'string' },
      subjects: { type: 'string' },
      results: { type: 'string' },
    },
  })
  const all = values.quick ? ['invite-2000'] : scenarioNames
  return {
    rounds: positive('rounds', values.rounds ?? (values.quick ? '2' : '5')),
    seconds: positive('seconds', values.seconds ?? (values.quick ? '3' : '5')),
    scenarios: (values.scenarios?.split(',') ?? all).map(knownScenario),
    subjects: values.subjects?.split(',').map(subjectNamed) ?? null,
    results: values.results === undefined ? null : resolve(values.results),
  }
}

function positive(name: string, text: string): number {
  const number = Number(text)
  if (Number.isInteger(number) && number > 0) return number
  throw new Error(`--${name} must be a whole number above 0, not '${text}'`)
}

function knownScenario(name: string): Scenario {
  const scenario = scenarioNamed(name)
  if (scenario === undefined) throw new Error(`there is no scenario '${name}'\n\n${USAGE}`)
  return scenario
}

/** A proxy by the name that the command line and the scenarios give it. */
export function subjectNamed(name: string): SubjectSpec {
  if (name.startsWith('signalbox@')) return signalbox({ name, root: resolve(name.slice('signalbox@'.length)) })
  const make = known[name]
  if (make === undefined) throw new Error(`there is no subject '${name}'\n\n${USAGE}`)
  return make()
}
