import { formatDuration } from '../format/time.ts'
import type { PastCall } from './rpc-history.ts'

/** The outcome of a call in a few words: a whole result read aloud would never end. */
export function callSaid({ outcome, tookMs }: PastCall): string {
  return outcome.type === 'refused' ? `Refused: ${outcome.error.message}` : `Answer in ${formatDuration(tookMs)}`
}
