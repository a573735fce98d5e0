import { CommandRefusal, type Command } from './command-table.ts'
import type { ParameterSet } from './parameter-set.ts'

type AnyParameterSet = Pick<ParameterSet<object>, 'apply' | 'setInstance'>
type Changes = Readonly<Record<string, number | string>>

/** `cfg.apply`: changed parameters of a group; all of them or none. `cfg.instance`: those that an instance of it has of its own. */
export function parameterCommands(sets: Readonly<Record<string, AnyParameterSet>>): Readonly<Record<string, Command>> {
  return {
    'cfg.apply': ([group, changes]) => refusing(() => sets[group as string].apply(changes as Changes)),
    'cfg.instance': ([group, id, own]) => refusing(() => sets[group as string].setInstance(Number(id), own as Changes | null)),
  }
}

function refusing(work: () => void): null {
  try {
    work()
  } catch (error) {
    throw new CommandRefusal(400, error instanceof Error ? error.message : String(error))
  }
  return null
}
