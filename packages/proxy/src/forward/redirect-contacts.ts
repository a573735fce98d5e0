import type { RoutedMessage } from './routed-message.ts'

/**
 * The Contact line of a redirection that the script makes: its targets, with their preference (RFC 3261 8.3; tm-reference 8.2,
 * t_reply). '' when the script has chosen none.
 */
export function redirectContacts(m: RoutedMessage, status: number): string {
  if (status < 300 || status > 399 || !m.message.isRequest || m.requestUriConsumed) return ''
  if (m.requestUri === '' && m.targets.length === 0) return ''
  const values = [`<${m.currentUri()}>${preference(m.q)}`, ...m.targets.map(({ uri, q }) => `<${uri}>${preference(q)}`)]
  return `Contact: ${values.join(', ')}\r\n`
}

/** Thousandths as a qvalue. */
function preference(q: number): string {
  return q < 0 ? '' : `;q=${q / 1000}`
}
