import { logLevels } from '@signalbox/contract'
import type { Log } from '../log/log.ts'
import type { ScriptLog } from '../script/script-services.ts'

/** The log as scripts name its levels. */
export function scriptLog(log: Log): ScriptLog {
  return {
    isEnabled: (level) => log.enabled(logLevels[level]),
    write: (level, text) => log.at(logLevels[level], text),
  }
}
