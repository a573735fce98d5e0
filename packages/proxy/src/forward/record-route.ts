import { findParam, Range } from '@signalbox/sip'
import type { RoutedMessage } from './routed-message.ts'

const encoder = new TextEncoder()
const found = new Range()

/**
 * Asks for our Record-Route in what is forwarded (RFC 3261 16.6 step 4). Its `ftag` is the From tag of the request that set
 * up the dialog: it tells the direction of later requests.
 */
export function recordRoute(m: RoutedMessage): void {
  if (m.recordRoute) return
  m.recordRouteTag = m.message.from.tagStart !== -1
  m.recordRoute = true
}

/** Adds `;name=value` to our Record-Route, before or after recordRoute. */
export function addRecordRouteParams(m: RoutedMessage, params: string): void {
  m.recordRouteParams += params.startsWith(';') ? params : `;${params}`
}

/** Does the request go the way of the one that set up the dialog? False for requests that loose routing did not touch. */
export function isDownstream(m: RoutedMessage): boolean {
  const { message } = m
  const { tagStart, tagEnd } = message.from
  const tag = routeParam(m, 'ftag')
  return tag !== null && tagStart !== -1 && tag === message.text(tagStart, tagEnd)
}

/** Value of a parameter of our own Route value, '' for a flag, null when absent. */
export function routeParam(m: RoutedMessage, name: string): string | null {
  const bytes = encoder.encode(m.routeParams)
  if (!findParam(bytes, 0, bytes.length, name, found)) return null
  return m.routeParams.slice(found.start, found.end)
}
