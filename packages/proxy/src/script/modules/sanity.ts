import { findParam, HeaderId, Method, Range, Scheme, SipParseError, type NameAddr, type SipMessage } from '@signalbox/sip'
import { optionTags } from '../../registrar/option-tags.ts'
import { numberArgument, type KsrEnvironment } from '../ksr-environment.ts'
import { ksrModule, type KsrModule } from '../ksr-module.ts'

/** Bits of the first argument. The other bits of Kamailio's module are checks that the parser has made before the script runs. */
const Check = { SCHEME: 2, EXPIRES: 256, PROXY_REQUIRE: 512, URIS: 1024, DUPLICATE_TAGS: 4096 } as const

/** Bits of the second argument: which URIs to look into. */
const CheckedUri = { REQUEST: 1, FROM: 2, TO: 4, CONTACT: 8 } as const

/** All of them. */
const DEFAULT_CHECKS = 0x7fff
const DEFAULT_URIS = 7

const range = new Range()

interface Finding {
  readonly status: number
  readonly reason: string
  readonly headers: string
}

/** KSR.sanity (RFC 3261 16.3): 1 fine, -1 not, and then it has been answered. */
export function createSanity(env: KsrEnvironment): KsrModule {
  const check = (checks: number, uris: number): number => {
    const m = env.current()
    const finding = m.message.isRequest ? findingOf(env, m.message, checks, uris) : null
    if (finding === null) return 1
    const before = m.replyHeaders
    m.replyHeaders = before + finding.headers
    env.services.sl.reply(m, finding.status, finding.reason)
    m.replyHeaders = before
    return -1
  }
  return ksrModule('sanity', {
    sanity_check: (checks: number, uris: number) =>
      check(numberArgument(checks, 'sanity.sanity_check'), numberArgument(uris, 'sanity.sanity_check')),
    sanity_check_defaults: () => check(DEFAULT_CHECKS, DEFAULT_URIS),
  })
}

function findingOf(env: KsrEnvironment, message: SipMessage, checks: number, uris: number): Finding | null {
  if (checks & Check.SCHEME && env.requestUri().view.scheme === Scheme.OTHER)
    return { status: 416, reason: 'Unsupported URI Scheme', headers: '' }
  if (checks & Check.PROXY_REQUIRE) {
    const finding = proxyRequire(message)
    if (finding !== null) return finding
  }
  if (checks & Check.EXPIRES && message.first(HeaderId.EXPIRES) !== -1 && !isDeltaSeconds(message.header(HeaderId.EXPIRES)))
    return bad('Expires')
  return checks & (Check.URIS | Check.DUPLICATE_TAGS) ? addresses(env, message, checks, uris) : null
}

/** RFC 3261 16.3 step 5: we know no extension that a proxy would have to know. ACK and CANCEL are exempt (8.2.2.3). */
function proxyRequire(message: SipMessage): Finding | null {
  if (message.method === Method.ACK || message.method === Method.CANCEL) return null
  const tags = optionTags(message, HeaderId.PROXY_REQUIRE)
  return tags.length === 0 ? null : { status: 420, reason: 'Bad Extension', headers: `Unsupported: ${tags.join(', ')}\r\n` }
}

/** Not more than 32 bits (RFC 3261 20.19). */
function isDeltaSeconds(value: string | null): boolean {
  return value !== null && /^\d{1,10}$/.test(value) && Number(value) < 2 ** 32
}

function addresses(env: KsrEnvironment, message: SipMessage, checks: number, uris: number): Finding | null {
  const from = addressOf(() => message.from)
  if (from === null || (uris & CheckedUri.FROM && !isUri(env, message, from))) return bad('From')
  const to = addressOf(() => message.to)
  if (to === null || (uris & CheckedUri.TO && !isUri(env, message, to))) return bad('To')
  if (checks & Check.DUPLICATE_TAGS && (hasSecondTag(message, from) || hasSecondTag(message, to))) return bad('tag')
  if (uris & CheckedUri.REQUEST && !env.requestUri().valid) return bad('Request-URI')
  return null
}

function addressOf(read: () => NameAddr): NameAddr | null {
  try {
    return read()
  } catch (error) {
    if (error instanceof SipParseError) return null
    throw error
  }
}

function isUri(env: KsrEnvironment, message: SipMessage, address: NameAddr): boolean {
  return env.scratch.readBytes(message.bytes, address.uriStart, address.uriEnd)
}

function hasSecondTag(message: SipMessage, address: NameAddr): boolean {
  return address.tagStart !== -1 && findParam(message.bytes, address.tagEnd, address.paramsEnd, 'tag', range)
}

function bad(rule: string): Finding {
  return { status: 400, reason: `Bad ${rule}`, headers: '' }
}
