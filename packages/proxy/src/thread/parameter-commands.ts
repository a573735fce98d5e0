import { CommandRefusal, type Command } from './command-table.ts'
import type { ParameterSet } from './parameter-set.ts'

type AnyParameterSet = Pick<ParameterSet<object>, 'apply'>

/** `cfg.apply`: changed parameters of a group; all of them or none. */
export function parameterCommands(sets: Readonly<Record<string, AnyParameterSet>>): Readonly<Record<string, Command>> {
  return {
    'cfg.apply': ([group, changes]) => {
      try {
        sets[group as string].apply(changes as Readonly<Record<string, number | string>>)
      } catch (error) {
        throw new CommandRefusal(400, error instanceof Error ? error.message : String(error))
      }
      return null
    },
  }
}
