import type { RoutedMessage } from './routed-message.ts'

/** What rich_redirect adds to each contact (tm-reference 2.3). */
const WITH_FLAGS = 1
const WITH_PATH = 2

/** The part of a target that a redirection tells. */
interface RedirectTarget {
  readonly uri: string
  readonly path: string
  readonly q: number
  readonly flags: number
}

/**
 * The Contact line of a redirection that the script makes: its targets, with their preference (RFC 3261 8.3; tm-reference 8.2,
 * t_reply). `rich`: bits of rich_redirect. '' when the script has chosen none.
 */
export function redirectContacts(m: RoutedMessage, status: number, rich = 0): string {
  if (status < 300 || status > 399 || !m.message.isRequest || m.requestUriConsumed) return ''
  if (m.requestUri === '' && m.targets.length === 0) return ''
  const first = { uri: m.currentUri(), path: m.path, q: m.q, flags: m.branchFlags }
  return `Contact: ${[first, ...m.targets].map((target) => contact(target, rich)).join(', ')}\r\n`
}

function contact({ uri, path, q, flags }: RedirectTarget, rich: number): string {
  const routed = (rich & WITH_PATH) !== 0 && path !== '' ? `${uri}${uri.includes('?') ? '&' : '?'}Route=${headerValue(path)}` : uri
  return `<${routed}>${preference(q)}${(rich & WITH_FLAGS) === 0 ? '' : `;flags=${flags}`}`
}

/** Thousandths as a qvalue. */
function preference(q: number): string {
  return q < 0 ? '' : `;q=${q / 1000}`
}

/** As an hvalue of a URI (RFC 3261 25.1). */
function headerValue(text: string): string {
  return encodeURIComponent(text)
    .replaceAll(/%(?:5B|5D|2F|3A|2B|24)/g, (escaped) => decodeURIComponent(escaped))
    .replaceAll(/%[0-9A-F]{2}/g, (escaped) => escaped.toLowerCase())
}
