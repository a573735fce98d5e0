import { findParam, HeaderId, NameAddr, parseNameAddr, parseUri, Range, Scheme, SipParseError, Uri, type SipMessage } from '@signalbox/sip'
import { internedText, likelyText } from '../forward/interned-text.ts'
import type { Contact } from '../usrloc/contact.ts'
import { hasOptionTag, optionTags } from './option-tags.ts'
import { methodsOf } from './methods-of.ts'
import type { RegistrarParameters } from './registrar-parameters.ts'
import { Rejection } from './rejection.ts'

/** One Contact value of a REGISTER. */
export interface ContactRequest {
  readonly uri: string
  /** Seconds asked for, after the limits; 0 removes. */
  readonly expires: number
  readonly q: number
  readonly instance: string
  readonly regId: number
  readonly methods: number
}

/** Texts of a binding that a REGISTER is likely to repeat. */
type KnownTexts = Pick<Contact, 'uri' | 'callId' | 'userAgent'>

export const nothingKnown: KnownTexts = { uri: '', callId: '', userAgent: '' }

/** What a REGISTER asks for. */
export interface RegisterRequest {
  readonly callId: string
  readonly cseq: number
  /** `Contact: *`: remove everything. */
  readonly star: boolean
  readonly contacts: readonly ContactRequest[]
  readonly userAgent: string
  readonly path: string
}

const view = new NameAddr()
const uri = new Uri()
const range = new Range()

/** Option tags that a registrar of ours understands in Require (RFC 3261 10.3 step 2). */
const supportedTags: readonly string[] = ['path']

/**
 * Reads a REGISTER as RFC 3261 10.3 steps 2, 6 and 7 want it. Throws Rejection. `known`: a binding of its address of record; most
 * requests repeat what that one says, and its texts need not be made again.
 */
export function readRegister(message: SipMessage, parameters: RegistrarParameters, known: KnownTexts): RegisterRequest {
  if (message.first(HeaderId.REQUIRE) !== -1) checkRequired(message)
  const path = parameters.usePath && message.first(HeaderId.PATH) !== -1 ? pathOf(message) : ''
  const headerExpires = expiresHeader(message)
  const contacts: ContactRequest[] = []
  let stars = 0
  for (let line = message.first(HeaderId.CONTACT); line !== -1; line = message.next(line)) {
    for (let at = message.valueStart[line]; at !== -1; at = view.nextStart) {
      readValue(message, at, message.valueEnd[line])
      if (view.isStar) stars++
      else contacts.push(contactOf(message, headerExpires, parameters, known.uri))
    }
  }
  if (stars > 0 && (stars > 1 || contacts.length > 0 || headerExpires !== 0)) {
    throw new Rejection(400, 'Contact: * stands alone and with Expires: 0')
  }
  return {
    callId: likelyText(message.bytes, message.callIdStart, message.callIdEnd, known.callId),
    cseq: message.cseq,
    star: stars > 0,
    contacts,
    userAgent: userAgentOf(message, known.userAgent),
    path,
  }
}

function checkRequired(message: SipMessage): void {
  const unsupported = optionTags(message, HeaderId.REQUIRE).filter((tag) => !supportedTags.includes(tag))
  if (unsupported.length > 0) throw new Rejection(420, 'Bad Extension', `Unsupported: ${unsupported.join(', ')}\r\n`)
}

function readValue(message: SipMessage, start: number, end: number): void {
  try {
    parseNameAddr(view, message.bytes, start, end)
  } catch (error) {
    if (error instanceof SipParseError) throw new Rejection(400, `Bad Contact (${error.rule})`)
    throw error
  }
}

function contactOf(message: SipMessage, headerExpires: number, parameters: RegistrarParameters, knownUri: string): ContactRequest {
  checkUri(message)
  return {
    uri: likelyText(message.bytes, view.uriStart, view.uriEnd, knownUri),
    expires: limited(expiresOf(message, headerExpires, parameters), parameters),
    q: preferenceOf(message),
    instance: unquoted(paramOf(message, '+sip.instance') ?? ''),
    regId: decimal(paramOf(message, 'reg-id')) ?? 0,
    methods: methodsOf(message, paramOf(message, 'methods')),
  }
}

/** Few differ among many phones. */
function userAgentOf(message: SipMessage, known: string): string {
  const line = message.first(HeaderId.USER_AGENT)
  if (line === -1) return ''
  const start = message.valueStart[line]
  const end = message.valueEnd[line]
  const likely = likelyText(message.bytes, start, end, known)
  const text = likely === known ? known : internedText(message.bytes, start, end)
  return text.includes('\r') ? (message.header(HeaderId.USER_AGENT) ?? '') : text
}

/** A binding that nothing can be sent to is refused while its phone is listening. */
function checkUri(message: SipMessage): void {
  try {
    parseUri(uri, message.bytes, view.uriStart, view.uriEnd)
  } catch (error) {
    if (error instanceof SipParseError) throw new Rejection(400, `Bad Contact (${error.rule})`)
    throw error
  }
  if (uri.scheme === Scheme.OTHER) throw new Rejection(400, 'Contact wants a SIP, SIPS or tel URI')
}

/** RFC 3261 10.2.1.1: the parameter, else the Expires header, else our default. What is malformed counts as 3600. */
function expiresOf(message: SipMessage, headerExpires: number, parameters: RegistrarParameters): number {
  const param = paramOf(message, 'expires')
  if (param !== null) return decimal(param) ?? 3600
  return headerExpires === -1 ? parameters.defaultExpires : headerExpires
}

function limited(expires: number, parameters: RegistrarParameters): number {
  if (expires === 0) return 0
  if (expires < parameters.minExpires) throw new Rejection(423, 'Interval Too Brief', `Min-Expires: ${parameters.minExpires}\r\n`)
  return parameters.maxExpires > 0 ? Math.min(expires, parameters.maxExpires) : expires
}

/** Seconds of the Expires header, -1 when there is none. */
function expiresHeader(message: SipMessage): number {
  const line = message.first(HeaderId.EXPIRES)
  if (line === -1) return -1
  const seconds = digits(message.bytes, message.valueStart[line], message.valueEnd[line])
  return seconds === -1 ? 3600 : seconds
}

/** qvalue in thousandths (RFC 3261 25.1), -1 when there is none. */
function preferenceOf(message: SipMessage): number {
  const q = paramOf(message, 'q')
  if (q === null) return -1
  if (!/^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/.test(q)) throw new Rejection(400, 'Bad q parameter in Contact')
  return Math.round(Number(q) * 1000)
}

/** A number of at most 32 bits (RFC 3261 20.19), null when it is none. */
function decimal(text: string | null): number | null {
  if (text === null || !/^\d{1,10}$/.test(text)) return null
  const value = Number(text)
  return value < 2 ** 32 ? value : null
}

/** The same of bytes[start, end), -1 when it is none. */
function digits(bytes: Uint8Array, start: number, end: number): number {
  if (end === start || end - start > 10) return -1
  let value = 0
  for (let at = start; at < end; at++) {
    const digit = bytes[at] - 0x30
    if (digit < 0 || digit > 9) return -1
    value = value * 10 + digit
  }
  return value < 2 ** 32 ? value : -1
}

function paramOf(message: SipMessage, name: string): string | null {
  if (view.paramsStart === -1 || !findParam(message.bytes, view.paramsStart, view.paramsEnd, name, range)) return null
  return message.text(range.start, range.end)
}

function unquoted(text: string): string {
  return text.length > 1 && text.startsWith('"') && text.endsWith('"') ? text.slice(1, -1) : text
}

/** RFC 3327 5.3. */
function pathOf(message: SipMessage): string {
  const values: string[] = []
  for (let index = 0, value = message.header(HeaderId.PATH); value !== null; value = message.header(HeaderId.PATH, ++index))
    values.push(value)
  if (values.length > 0 && !hasOptionTag(message, HeaderId.SUPPORTED, 'path'))
    throw new Rejection(420, 'Bad Extension', 'Unsupported: path\r\n')
  return values.join(',')
}
