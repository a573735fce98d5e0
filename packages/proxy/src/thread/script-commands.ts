import type { ReloadResult } from '@signalbox/contract'
import { ScriptError } from '../script/script-error.ts'
import type { ScriptSource, ScriptVersion } from '../script/script-loader.ts'
import type { Script } from '../script/script.ts'
import { CommandRefusal, type Command } from './command-table.ts'

const REFUSED = 500

/**
 * A reload in two steps, so that all SIP threads change to the same script or none does: `reload.prepare` compiles and runs the
 * top level, `reload.commit` lets what was prepared serve, `reload.drop` forgets it.
 */
export function scriptCommands(script: Script): Readonly<Record<string, Command>> {
  let prepared: ScriptVersion | null = null
  return {
    'reload.prepare': ([source]) => {
      prepared = null
      try {
        prepared = script.prepare(source as ScriptSource)
      } catch (error) {
        if (error instanceof ScriptError) throw new CommandRefusal(REFUSED, error.message)
        throw error
      }
      return null
    },
    'reload.commit': (): ReloadResult => {
      if (prepared === null) throw new CommandRefusal(REFUSED, 'No script has been prepared')
      const { file, version, loadedAt } = prepared
      script.serve(prepared)
      prepared = null
      return { script: file, version, loaded_at: loadedAt }
    },
    'reload.drop': () => {
      prepared = null
      return null
    },
  }
}
