/** The short form of a From or To value: `alice@example.net`, or the display name when there is one. */
export function shortParty(value: string): string {
  const named = /^\s*(?:"((?:[^"\\]|\\.)*)"|([^<"]*?))\s*<([^>]*)>/.exec(value)
  const name = (named?.[1] ?? named?.[2] ?? '').trim()
  if (name !== '') return name
  return shortUri(named?.[3] ?? value.split(';')[0].trim())
}

/** A URI without scheme, port and parameters. */
export function shortUri(uri: string): string {
  return uri
    .replace(/^(?:sips?|tel):/i, '')
    .replace(/[;?].*$/, '')
    .trim()
}

const REASONS: Readonly<Record<number, string>> = {
  100: 'Trying',
  180: 'Ringing',
  181: 'Call Is Being Forwarded',
  182: 'Queued',
  183: 'Session Progress',
  200: 'OK',
  202: 'Accepted',
  301: 'Moved Permanently',
  302: 'Moved Temporarily',
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  407: 'Proxy Authentication Required',
  408: 'Request Timeout',
  480: 'Temporarily Unavailable',
  481: 'Call/Transaction Does Not Exist',
  482: 'Loop Detected',
  483: 'Too Many Hops',
  486: 'Busy Here',
  487: 'Request Terminated',
  488: 'Not Acceptable Here',
  500: 'Server Internal Error',
  503: 'Service Unavailable',
  504: 'Server Time-out',
  600: 'Busy Everywhere',
  603: 'Decline',
}

export function reasonPhrase(status: number): string {
  return REASONS[status] ?? ''
}
