const PREFIX = '#token='

/** The token in the fragment of `http://host:port/#token=...`, as it stands there: the launcher does not encode it. */
export function tokenIn(fragment: string): string | null {
  return fragment.startsWith(PREFIX) && fragment.length > PREFIX.length ? fragment.slice(PREFIX.length) : null
}
