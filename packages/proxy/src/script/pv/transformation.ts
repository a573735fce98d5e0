import { parseUriText, SipParseError, type UriText } from '@signalbox/sip'
import type { PvValue } from './pv-value.ts'

type Transformation = (value: string, args: readonly string[]) => PvValue

/** Transformations that work on any text (script-reference 1.7). */
const transformations: Readonly<Record<string, Transformation>> = {
  's.len': (value) => value.length,
  's.int': (value) => Number.parseInt(value, 10) || 0,
  's.substr': (value, [start, length]) => substring(value, Number(start), Number(length)),
  's.select': (value, [index, separator]) => value.split(separator).at(Number(index)) ?? null,
  's.tolower': (value) => value.toLowerCase(),
  's.toupper': (value) => value.toUpperCase(),
  's.trim': (value) => value.trim(),
  's.ltrim': (value) => value.trimStart(),
  's.rtrim': (value) => value.trimEnd(),
  's.strip': (value, [count]) => value.slice(Number(count)),
  's.striptail': (value, [count]) => value.slice(0, Math.max(0, value.length - Number(count))),
  's.rm': (value, [part]) => (part === '' ? value : value.replaceAll(part, '')),
  's.replace': (value, [part, other]) => (part === '' ? value : value.replaceAll(part, other ?? '')),
  's.index': (value, [part]) => value.indexOf(part),
  's.numeric': (value) => value.replaceAll(/\D/g, ''),
  's.unquote': (value) => (/^(["']).*\1$/s.test(value) ? value.slice(1, -1) : value),
  's.escape.user': (value) => encodeURIComponent(value),
  's.unescape.user': (value) => unescapeUser(value),
  'uri.scheme': uriPart((uri) => uri.scheme),
  'uri.user': uriPart((uri) => uri.user),
  'uri.passwd': uriPart((uri) => uri.password),
  'uri.host': uriPart((uri) => uri.host),
  'uri.port': uriPart((uri) => (uri.port === 0 ? '5060' : String(uri.port))),
  'uri.transport': uriPart((uri) => uri.params.get('transport') ?? ''),
  'uri.params': uriPart((uri) => [...uri.params].map(([name, value]) => (value === '' ? name : `${name}=${value}`)).join(';')),
  'uri.param': (value, [name]) => uriPart((uri) => uri.params.get(name.toLowerCase()) ?? '')(value, []),
  'nameaddr.name': (value) => nameAddress(value).name,
  'nameaddr.uri': (value) => nameAddress(value).uri,
  'tobody.uri': (value) => nameAddress(value).uri,
  'tobody.display': (value) => nameAddress(value).name,
  'tobody.tag': (value) => paramOf(nameAddress(value).params, 'tag', ';'),
  'tobody.user': (value) => uriPart((uri) => uri.user)(nameAddress(value).uri, []),
  'tobody.host': (value) => uriPart((uri) => uri.host)(nameAddress(value).uri, []),
  'tobody.params': (value) => nameAddress(value).params,
  'param.value': (value, [name, separator]) => paramOf(value, name, separator ?? ';'),
  'param.in': (value, [name, separator]) => (paramsOf(value, separator ?? ';').some(([one]) => one === name.toLowerCase()) ? 1 : 0),
  'param.count': (value, [separator]) => paramsOf(value, separator ?? ';').length,
  'line.count': (value) => value.split('\n').length,
  'line.at': (value, [index]) => value.split(/\r?\n/).at(Number(index)) ?? null,
}

export type PvTransformation = (value: PvValue) => PvValue

/** Compiles `class.name,arg,arg`. Null when it is unknown. An undefined value stays undefined. */
export function compileTransformation(text: string): PvTransformation | null {
  const [name, ...args] = text.split(',')
  const key = name.trim()
  if (!Object.hasOwn(transformations, key)) return null
  const apply = transformations[key]
  return (value) => (value === null ? null : apply(String(value), args))
}

/** Length 0: to the end; a negative start counts from the end. */
function substring(value: string, start: number, length: number): string {
  const from = start < 0 ? Math.max(0, value.length + start) : start
  return length === 0 ? value.slice(from) : value.slice(from, from + length)
}

function unescapeUser(value: string): string {
  try {
    return decodeURIComponent(value)
  } catch {
    return value
  }
}

function uriPart(part: (uri: UriText) => string): Transformation {
  return (value) => {
    try {
      return part(parseUriText(value))
    } catch (error) {
      if (error instanceof SipParseError) return null
      throw error
    }
  }
}

interface NameAddressText {
  readonly name: string
  readonly uri: string
  readonly params: string
}

function nameAddress(value: string): NameAddressText {
  const bracketed = /^\s*("(?:\\.|[^"\\])*"|[^<"]*?)\s*<([^>]*)>\s*(?:;(.*))?$/s.exec(value)
  if (bracketed !== null) return { name: bracketed[1], uri: bracketed[2], params: bracketed[3] ?? '' }
  const semicolon = value.indexOf(';')
  if (semicolon === -1) return { name: '', uri: value.trim(), params: '' }
  return { name: '', uri: value.slice(0, semicolon).trim(), params: value.slice(semicolon + 1) }
}

function paramsOf(value: string, separator: string): readonly (readonly [name: string, value: string])[] {
  const items = value.split(separator).filter((item) => item.trim() !== '')
  return items.map((item) => {
    const equal = item.indexOf('=')
    if (equal === -1) return [item.trim().toLowerCase(), '']
    return [
      item.slice(0, equal).trim().toLowerCase(),
      item
        .slice(equal + 1)
        .trim()
        .replace(/^"(.*)"$/s, '$1'),
    ]
  })
}

function paramOf(value: string, name: string, separator: string): string | null {
  return paramsOf(value, separator).find(([one]) => one === name.toLowerCase())?.[1] ?? null
}
