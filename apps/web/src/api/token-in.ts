import { isToken } from '@signalbox/contract'

const MARK = '#token='

/**
 * The token in `text`: it alone, or behind the `#token=` of a link as the launcher prints it, which does not encode it. What the
 * server would not take is none: it may make `new WebSocket` and `new Headers` throw, RFC 6455 4.1.
 */
export function tokenIn(text: string): string | null {
  const mark = text.indexOf(MARK)
  const token = (mark < 0 ? text : text.slice(mark + MARK.length)).trim()
  return isToken(token) ? token : null
}
