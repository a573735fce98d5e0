import { parseUri, TransportCode, Uri, uriParam, Scheme, Range, defaultPort } from '@signalbox/sip'

/** Host and port to send to, before DNS. */
export interface NextHop {
  /** Without brackets. */
  readonly host: string
  /** `host` is an IP address: nothing to resolve. */
  readonly literal: boolean
  /** The default of `transport` unless one was given. */
  readonly port: number
  readonly portGiven: boolean
  /** UDP, or TLS for sips, unless one was given. */
  readonly transport: number
  readonly transportGiven: boolean
  /** A sips URI: every hop is TLS (RFC 3261 26.2.2). */
  readonly secure: boolean
}

const encoder = new TextEncoder()
const decoder = new TextDecoder()
const view = new Uri()
const range = new Range()

const byName: ReadonlyMap<string, number> = new Map([
  ['udp', TransportCode.UDP],
  ['tcp', TransportCode.TCP],
  ['tls', TransportCode.TLS],
  ['ws', TransportCode.WS],
  ['wss', TransportCode.WSS],
])

/** TransportCode of a `transport=` value or of a `proto:` prefix; undefined when unknown. */
export function transportByName(name: string): number | undefined {
  return byName.get(name.toLowerCase())
}

/** The same few contacts and gateways come again and again; emptied when full. */
const cache = new Map<string, NextHop | null>()
const CACHED = 4096
/** A message asks twice: whether it can be routed, and where to. */
let lastUri = ''
let lastHop: NextHop | null = null

/** Where a URI points to (RFC 3261 8.1.2, 19.1.5; maddr as in 16.6 step 7), or null when it cannot be routed on. */
export function nextHopOf(uri: string): NextHop | null {
  if (uri === lastUri) return lastHop
  let hop = cache.get(uri)
  if (hop === undefined) {
    hop = parseNextHop(uri)
    if (cache.size >= CACHED) cache.clear()
    cache.set(uri, hop)
  }
  lastUri = uri
  lastHop = hop
  return hop
}

function parseNextHop(uri: string): NextHop | null {
  const bytes = encoder.encode(uri)
  try {
    parseUri(view, bytes, 0, bytes.length)
  } catch {
    return null
  }
  if (view.scheme !== Scheme.SIP && view.scheme !== Scheme.SIPS) return null
  const secure = view.scheme === Scheme.SIPS
  let transport: number = secure ? TransportCode.TLS : TransportCode.UDP
  let transportGiven = false
  if (uriParam(view, bytes, 'transport', range)) {
    const named = byName.get(decoder.decode(bytes.subarray(range.start, range.end)).toLowerCase())
    if (named === undefined) return null
    transport = secure && named === TransportCode.TCP ? TransportCode.TLS : named
    transportGiven = true
  }
  let host = decoder.decode(bytes.subarray(view.hostStart, view.hostEnd))
  if (uriParam(view, bytes, 'maddr', range)) host = decoder.decode(bytes.subarray(range.start, range.end))
  return nextHop(host, view.port, { transport, transportGiven, secure })
}

/** `[proto:]host[:port]`, as t_relay_to takes it; null when malformed. */
export function nextHopOfProxy(proxy: string): NextHop | null {
  const match = /^(?:(udp|tcp|tls|ws|wss):)?(\[[0-9a-fA-F:.]+\]|[^:[\]\s]+)(?::(\d{1,5}))?$/i.exec(proxy)
  if (match === null) return null
  const named = match[1] === undefined ? undefined : byName.get(match[1].toLowerCase())
  const over = { transport: named ?? TransportCode.UDP, transportGiven: named !== undefined, secure: false }
  const port = match[3] === undefined ? 0 : Number(match[3])
  return port > 65_535 ? null : nextHop(match[2], port, over)
}

function nextHop(host: string, port: number, over: Pick<NextHop, 'transport' | 'transportGiven' | 'secure'>): NextHop {
  const bare = host.startsWith('[') ? host.slice(1, -1) : host
  const literal = bare.includes(':') || /^\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(bare)
  return { host: bare, literal, port: port === 0 ? defaultPort(over.transport) : port, portGiven: port !== 0, ...over }
}
