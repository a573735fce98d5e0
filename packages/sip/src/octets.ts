/** Octet classes of the SIP grammar (RFC 3261 section 25.1), one table lookup per octet. */
export const octetClass = new Uint16Array(256)

export const TOKEN = 1
export const DIGIT = 2
/** SP, HTAB and, inside a folded value, CR and LF. */
const LWS = 4
/** Domain names and IPv4 addresses; the underscore is no hostname, yet found in the field. */
export const HOST = 8
/** IPv6address without its brackets. */
export const IPV6 = 16
/** An unquoted parameter value: token, host, and what else cannot be mistaken for a separator. */
export const PARAM_VALUE = 32
/** Any part of a URI. */
export const URI = 64
export const HEXDIG = 128
/** URI without the octets that divide one: @ % ; ? */
export const URI_PLAIN = 256

export const TAB = 9
export const LF = 10
export const CR = 13
export const SP = 32
export const DQUOTE = 34
export const PERCENT = 37
export const STAR = 42
export const COMMA = 44
export const SLASH = 47
export const COLON = 58
export const SEMI = 59
export const LAQUOT = 60
export const EQUAL = 61
export const RAQUOT = 62
export const QUESTION = 63
export const AT = 64
export const LBRACKET = 91
export const BACKSLASH = 92
export const RBRACKET = 93

/** ORed into a letter: its lower case. Maps no other token character onto a letter. */
export const FOLD = 32

function mark(bit: number, characters: string): void {
  for (let i = 0; i < characters.length; i++) octetClass[characters.charCodeAt(i)] |= bit
}

const digits = '0123456789'
const letters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'

mark(TOKEN, digits + letters + "-.!%*_+`'~")
mark(DIGIT, digits)
mark(LWS, ' \t\r\n')
mark(HOST, digits + letters + '-._')
mark(IPV6, digits + 'abcdefABCDEF:.')
mark(HEXDIG, digits + 'abcdefABCDEF')
// '#' is no URI character, but star codes (sip:*21#@host) are dialled unescaped.
mark(URI | URI_PLAIN, digits + letters + "-_.!~*'()&=+$,/:[]#")
mark(URI, '@%;?')
for (let octet = 0x21; octet < 256; octet++) {
  if (octet !== 0x7f && !'",;<>'.includes(String.fromCharCode(octet))) octetClass[octet] |= PARAM_VALUE
}

/** Offset after the linear whitespace at `start`. Mostly there is none: that is all that gets inlined. */
export function skipLws(bytes: Uint8Array, start: number, end: number): number {
  return start < end && bytes[start] <= SP ? skipClass(bytes, start, end, LWS) : start
}

/** End of [start, end) without its trailing linear whitespace. */
export function trimLws(bytes: Uint8Array, start: number, end: number): number {
  let at = end
  while (at > start && (octetClass[bytes[at - 1]] & LWS) !== 0) at--
  return at
}

/** First offset from `start` whose octet is not of the class. */
export function skipClass(bytes: Uint8Array, start: number, end: number, bit: number): number {
  let at = start
  while (at < end && (octetClass[bytes[at]] & bit) !== 0) at++
  return at
}
