import type { RoutedMessage } from './routed-message.ts'
import type { Target } from './target.ts'

/** Replaces the Request-URI ($ru); a URI that a relay has used up becomes usable again. */
export function setRequestUri(m: RoutedMessage, uri: string): void {
  m.requestUri = uri
  m.requestUriConsumed = false
}

/** Adds a target (RFC 3261 16.5), one of at most `maxBranches` with the Request-URI. False: the set is full; what is in it already is not added again. */
export function appendTarget(m: RoutedMessage, target: Target, maxBranches: number): boolean {
  for (const known of m.targets) if (known.uri === target.uri && known.destinationUri === target.destinationUri) return true
  if (m.targets.length >= maxBranches - 1) return false
  m.targets.push(target)
  return true
}

/** The Request-URI with all that the script has decided about it. */
export function currentTarget(m: RoutedMessage): Target {
  const { destinationUri, path, q, branchFlags: flags, forcedListener: listener, instance, ruid } = m
  return { uri: m.currentUri(), destinationUri, path, q, flags, listener, instance, ruid }
}

/** The other way round: `target` becomes the Request-URI. */
export function enterTarget(m: RoutedMessage, target: Target): void {
  m.requestUri = target.uri
  m.destinationUri = target.destinationUri
  m.path = target.path
  m.forcedListener = target.listener
  m.branchFlags = target.flags
  m.instance = target.instance
  m.ruid = target.ruid
  m.q = target.q
}

/** Highest preference first; one that is not specified counts as 1. */
export function byPreference(a: { readonly q: number }, b: { readonly q: number }): number {
  return preference(b.q) - preference(a.q)
}

function preference(q: number): number {
  return q < 0 ? 1000 : q
}
