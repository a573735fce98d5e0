import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { kamailio } from './kamailio.ts'
import { holdScenario, highestRate, scenarios, type Scenario } from './scenario.ts'
import { signalbox } from './signalbox.ts'
import type { SubjectSpec } from './subject.ts'

export interface BenchOptions {
  readonly rounds: number
  /** Length of a measured window. */
  readonly seconds: number
  readonly scenarios: readonly Scenario[]
  /** The first is what the others are compared with. */
  readonly subjects: readonly SubjectSpec[]
  /** Where the tables go besides the terminal, null for nowhere. */
  readonly results: string | null
}

export const USAGE = `npm run bench -- [--rounds N] [--seconds N] [--quick] [--scenarios LIST] [--subjects LIST] [--results FILE]

  --rounds N        rounds; in each, every proxy is started and measured in turn (5)
  --seconds N       length of a measured window (5)
  --quick           two rounds of three seconds, invite-2000 only, unless told otherwise
  --scenarios LIST  of ${[...scenarios, holdScenario(10_000), highestRate].map(({ name }) => name).join(', ')}; hold-N for any N
  --subjects LIST   the first is the reference (kamailio,signalbox):
                    kamailio            one worker per transport, allocator fm
                    kamailio-default    the same with the default allocator of the package
                    signalbox           the engine of this checkout
                    signalbox-dgram     the same over node:dgram, as where node:ffi is missing
                    signalbox-window    the same with a receive window of 1 ms
                    signalbox-consoles  the whole of it, watched by five browsers
                    signalbox-unwatched the whole of it, watched by none
                    signalbox@FOLDER    the engine of another checkout
  --results FILE    also append the tables there
`

const known: Readonly<Record<string, () => SubjectSpec>> = {
  kamailio: () => kamailio('kamailio', 'fm'),
  'kamailio-default': () => kamailio('kamailio-default', 'default'),
  signalbox: () => signalbox({ name: 'signalbox' }),
  'signalbox-dgram': () => signalbox({ name: 'signalbox-dgram', env: { SIGNALBOX_DATAGRAM_PORT: 'dgram' } }),
  'signalbox-window': () => signalbox({ name: 'signalbox-window', env: { SIGNALBOX_RECEIVE_WINDOW: '1' } }),
  'signalbox-consoles': () => signalbox({ name: 'signalbox-consoles', whole: true, consoles: 5 }),
  'signalbox-unwatched': () => signalbox({ name: 'signalbox-unwatched', whole: true }),
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
      subjects: { type: 'string', default: 'kamailio,signalbox' },
      results: { type: 'string' },
    },
  })
  const all = values.quick ? ['invite-2000'] : [...scenarios.map(({ name }) => name), 'hold-10000', 'highest-rate']
  return {
    rounds: positive('rounds', values.rounds ?? (values.quick ? '2' : '5')),
    seconds: positive('seconds', values.seconds ?? (values.quick ? '3' : '5')),
    scenarios: (values.scenarios?.split(',') ?? all).map(scenarioNamed),
    subjects: values.subjects.split(',').map(subjectNamed),
    results: values.results === undefined ? null : resolve(values.results),
  }
}

function positive(name: string, text: string): number {
  const number = Number(text)
  if (Number.isInteger(number) && number > 0) return number
  throw new Error(`--${name} must be a whole number above 0, not '${text}'`)
}

function scenarioNamed(name: string): Scenario {
  const held = /^hold-(\d+)$/.exec(name)
  if (held !== null) return holdScenario(Number(held[1]))
  const scenario = [...scenarios, highestRate].find((one) => one.name === name)
  if (scenario === undefined) throw new Error(`there is no scenario '${name}'\n\n${USAGE}`)
  return scenario
}

function subjectNamed(name: string): SubjectSpec {
  if (name.startsWith('signalbox@')) return signalbox({ name, root: resolve(name.slice('signalbox@'.length)) })
  const make = known[name]
  if (make === undefined) throw new Error(`there is no subject '${name}'\n\n${USAGE}`)
  return make()
}
