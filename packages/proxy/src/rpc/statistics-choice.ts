import { ControlFault } from '../control/control-fault.ts'
import type { Statistic } from '../metrics/statistics.ts'

export type ReadStatistics = () => Promise<readonly Statistic[]>

/** Those that `all`, `group:` or a name asks for; what does not exist is left out, as Kamailio does (control-reference 2.2). */
export function chosenStatistics(all: readonly Statistic[], names: readonly unknown[]): readonly Statistic[] {
  if (names.length === 0) throw new ControlFault({ code: 400, message: 'Parameter name must be all, a group with its colon, or a name' })
  return all.filter((one) => names.some((name) => asksFor(name, one)))
}

function asksFor(asked: unknown, { group, name }: Statistic): boolean {
  return asked === 'all' || asked === `${group}:` || asked === name || asked === `${group}:${name}` || asked === `${group}.${name}`
}
