import { SipParseError } from './parse-error.ts'
import { Uri, parseUri } from './uri.ts'

/** A URI as strings, for scripts and configuration. Escapes are left as they are; '' or 0 stand for "absent". */
export interface UriText {
  readonly scheme: string
  readonly user: string
  readonly password: string
  /** With brackets for an IPv6 reference. */
  readonly host: string
  readonly port: number
  /** Lower-case names; a flag parameter has the value ''. */
  readonly params: ReadonlyMap<string, string>
  readonly headers: string
}

const decoder = new TextDecoder()

/** Throws SipParseError when the text is no URI. */
export function parseUriText(text: string): UriText {
  const bytes = new TextEncoder().encode(text)
  const view = new Uri()
  parseUri(view, bytes, 0, bytes.length)
  const part = (start: number, end: number): string => (start === -1 ? '' : decoder.decode(bytes.subarray(start, end)))
  return {
    scheme: part(view.schemeStart, view.schemeEnd).toLowerCase(),
    user: part(view.userStart, view.userEnd),
    password: part(view.passwordStart, view.passwordEnd),
    host: part(view.hostStart, view.hostEnd),
    port: view.port,
    params: paramsOf(part(view.paramsStart, view.paramsEnd)),
    headers: part(view.headersStart, view.headersEnd),
  }
}

function paramsOf(text: string): Map<string, string> {
  const params = new Map<string, string>()
  for (const param of text.split(';').slice(1)) {
    const equal = param.indexOf('=')
    const name = (equal === -1 ? param : param.slice(0, equal)).toLowerCase()
    if (params.has(name)) throw new SipParseError('uri-parameters', 0)
    params.set(name, equal === -1 ? '' : param.slice(equal + 1))
  }
  return params
}
