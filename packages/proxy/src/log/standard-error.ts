import { writeSync } from 'node:fs'
import { formatJson, formatText } from './format-entry.ts'
import type { LogSink } from './log-entry.ts'

const STANDARD_ERROR = 2

/**
 * Text on a terminal, JSON lines everywhere else. Written at once, so that the last words of a dying process are not lost;
 * an entry that standard error does not take (full pipe, closed terminal) is dropped: the engine never waits for its log.
 */
export function standardError(terminal: boolean): LogSink {
  const format = terminal ? formatText : formatJson
  return (entry) => {
    try {
      writeSync(STANDARD_ERROR, format(entry))
    } catch {
      // nobody is left to be told
    }
  }
}
