import { HeaderId } from '@signalbox/sip'
import type { RoutedMessage } from './routed-message.ts'

const MaxForwards = { EXHAUSTED: -1, DECREMENTED: 1, ADDED: 2 } as const

/**
 * RFC 3261 16.3 step 3 and 16.6 step 3: counts Max-Forwards down, or adds it with `limit`. A value above `limit` becomes
 * `limit`. EXHAUSTED: the request may not be forwarded.
 */
export function countMaxForwards(m: RoutedMessage, limit: number): number {
  const { message, edits } = m
  const line = message.first(HeaderId.MAX_FORWARDS)
  if (line === -1) {
    edits.insert(message.headersEnd, `Max-Forwards: ${limit}\r\n`)
    return MaxForwards.ADDED
  }
  if (message.maxForwards <= 0) return MaxForwards.EXHAUSTED
  edits.replaceByInt(message.valueStart[line], message.valueEnd[line], Math.min(message.maxForwards - 1, limit))
  return MaxForwards.DECREMENTED
}
