import { HeaderId, Method, NameAddr, parseNameAddr, sameUri } from '@signalbox/sip'
import { hasSecondVia } from '../../forward/forward-request.ts'
import { setRequestUri } from '../../forward/target-set.ts'
import { textArgument, type KsrEnvironment } from '../ksr-environment.ts'
import { ksrModule, type KsrModule } from '../ksr-module.ts'
import { UriView } from '../uri-view.ts'

/** What an OPTIONS to the proxy itself is told (RFC 3261 11.2). */
const OPTIONS_HEADERS = 'Accept: */*\r\nAccept-Encoding: identity\r\nAccept-Language: en\r\nSupported: path\r\n'

const recordRoute = new NameAddr()

function yes(condition: boolean): number {
  return condition ? 1 : -1
}

/** KSR.siputils. */
export function createSiputils(env: KsrEnvironment): KsrModule {
  const other = new UriView()
  return ksrModule('siputils', {
    has_totag: () => yes(env.current().message.to.tagStart !== -1),
    is_request: () => yes(env.current().message.isRequest),
    is_reply: () => yes(!env.current().message.isRequest),
    is_sip: () => 1,
    is_http: () => -1,
    /** No proxy between the sender and us: one Via in a request, one more than ours in a reply. */
    is_first_hop: () => yes(isFirstHop(env)),
    is_uri: (uri: string) => yes(env.uri(textArgument(uri, 'siputils.is_uri')).valid),
    /** The user name of the credentials. */
    is_user: (user: string) => yes(credentialsUser(env) === textArgument(user, 'siputils.is_user')),
    uri_param: (name: string) => yes(env.requestUri().param(textArgument(name, 'siputils.uri_param').toLowerCase()) !== null),
    uri_param_value: (name: string, value: string) =>
      yes(env.requestUri().param(textArgument(name, 'siputils.uri_param_value').toLowerCase()) === value),
    uri_param_any: (name: string) => yes(env.requestUri().param(textArgument(name, 'siputils.uri_param_any').toLowerCase()) !== null),
    uri_param_rm: (name: string) => yes(removeUriParam(env, textArgument(name, 'siputils.uri_param_rm').toLowerCase())),
    add_uri_param: (param: string) => yes(addUriParam(env, textArgument(param, 'siputils.add_uri_param'))),
    is_tel_number: (text: string) => yes(/^\+?[0-9]+$/.test(textArgument(text, 'siputils.is_tel_number'))),
    is_numeric: (text: string) => yes(/^[0-9]+$/.test(textArgument(text, 'siputils.is_numeric'))),
    is_alphanum: (text: string) => yes(/^[0-9a-z]+$/i.test(textArgument(text, 'siputils.is_alphanum'))),
    is_alphanumex(text: string, extra: string): number {
      const allowed = textArgument(extra, 'siputils.is_alphanumex')
      return yes([...textArgument(text, 'siputils.is_alphanumex')].every((one) => /[0-9a-z]/i.test(one) || allowed.includes(one)))
    },
    options_reply(): number {
      const m = env.current()
      if (m.message.method !== Method.OPTIONS) return -1
      const before = m.replyHeaders
      m.replyHeaders = before + OPTIONS_HEADERS
      const sent = m.cell === null ? env.services.sl.reply(m, 200, 'OK') : env.services.tm.reply(m, 200, 'OK')
      m.replyHeaders = before
      return yes(sent > 0)
    },
    cmp_uri(a: string, b: string): number {
      const left = env.uri(textArgument(a, 'siputils.cmp_uri'))
      return yes(
        left.valid && other.readText(textArgument(b, 'siputils.cmp_uri')) && sameUri(left.view, left.bytes, other.view, other.bytes),
      )
    },
    /** Equal as addresses of record: user and host, nothing else. */
    cmp_aor(a: string, b: string): number {
      const left = env.uri(textArgument(a, 'siputils.cmp_aor'))
      const valid = left.valid && other.readText(textArgument(b, 'siputils.cmp_aor'))
      return yes(valid && left.user === other.user && left.host.toLowerCase() === other.host.toLowerCase())
    },
    cmp_hdr_name: (a: string, b: string) =>
      yes(textArgument(a, 'siputils.cmp_hdr_name').toLowerCase() === textArgument(b, 'siputils.cmp_hdr_name').toLowerCase()),
    is_gruu: () => yes(env.requestUri().param('gr') !== null),
  })
}

function isFirstHop(env: KsrEnvironment): boolean {
  const { message } = env.current()
  if (message.isRequest) return !hasSecondVia(message)
  // A reply comes from the answering phone itself when the nearest Record-Route, if any, is ours.
  const line = message.first(HeaderId.RECORD_ROUTE)
  if (line === -1) return true
  parseNameAddr(recordRoute, message.bytes, message.valueStart[line], message.valueEnd[line])
  return env.scratch.readBytes(message.bytes, recordRoute.uriStart, recordRoute.uriEnd) && env.scratch.isOwn(env.services.transport)
}

function credentialsUser(env: KsrEnvironment): string | null {
  const { message } = env.current()
  const credentials = message.header(HeaderId.PROXY_AUTHORIZATION) ?? message.header(HeaderId.AUTHORIZATION)
  return /\busername="([^"]*)"/i.exec(credentials ?? '')?.[1] ?? null
}

function removeUriParam(env: KsrEnvironment, name: string): boolean {
  const uri = env.requestUri()
  if (uri.param(name) === null) return false
  const { start, paramsStart, paramsEnd, end } = uri.view
  const kept = uri.params
    .split(';')
    .slice(1)
    .filter((param) => param.split('=')[0].trim().toLowerCase() !== name)
  setRequestUri(env.current(), uri.text(start, paramsStart) + kept.map((param) => `;${param}`).join('') + uri.text(paramsEnd, end))
  return true
}

function addUriParam(env: KsrEnvironment, param: string): boolean {
  const uri = env.requestUri()
  if (!uri.valid) return false
  const { start, headersStart, end } = uri.view
  const at = headersStart === -1 ? end : headersStart - 1
  setRequestUri(env.current(), `${uri.text(start, at)};${param}${uri.text(at, end)}`)
  return true
}
