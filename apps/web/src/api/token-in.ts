const MARK = '#token='
/** The server's own rule. What does not fit makes `new WebSocket` and `new Headers` throw, RFC 6455 4.1. */
const TOKEN = /^[A-Za-z0-9._~+-]{16,256}$/

/** The token in `text`: it alone, or behind the `#token=` of a link as the launcher prints it, which does not encode it. */
export function tokenIn(text: string): string | null {
  const mark = text.indexOf(MARK)
  const token = (mark < 0 ? text : text.slice(mark + MARK.length)).trim()
  return TOKEN.test(token) ? token : null
}
