import { isIP, isIPv6 } from 'node:net'
import type { Gateway, HttpAddress, ListenAddress, NameServerAddress } from './config.ts'

/** Why a text is no address, as the second half of a sentence that says what to write instead. */
export class AddressError extends Error {
  override readonly name = 'AddressError'
}

const LISTEN_EXAMPLE = 'write PROTO:HOST:PORT, for example udp:127.0.0.1:5060 or tcp:[::1]:5060'
const GATEWAY_EXAMPLE = 'write sip:HOST:PORT, for example sip:192.0.2.1:5060 or sip:192.0.2.1:5060;transport=tcp'
const HTTP_EXAMPLE = 'write HOST:PORT, for example 127.0.0.1:8060 or [::1]:8060'
const DNS_EXAMPLE = 'write ADDRESS or ADDRESS:PORT, for example 192.0.2.53 or [2001:db8::53]:5353'
const SIP_PORT = 5060
const DNS_PORT = 53

interface HostPort {
  readonly host: string
  /** null: not given. */
  readonly port: number | null
}

/** `udp:127.0.0.1:5060`. Throws AddressError. */
export function parseListen(text: string): ListenAddress {
  const colon = text.indexOf(':')
  const transport = parseTransport(colon < 0 ? text : text.slice(0, colon), LISTEN_EXAMPLE)
  const { host, port } = parseHostPort(text.slice(colon + 1), LISTEN_EXAMPLE)
  if (port === null) throw new AddressError(`has no port; ${LISTEN_EXAMPLE}`)
  return { transport, host, port }
}

/** `127.0.0.1:8060`. Throws AddressError. */
export function parseHttp(text: string): HttpAddress {
  const { host, port } = parseHostPort(text, HTTP_EXAMPLE)
  if (port === null) throw new AddressError(`has no port; ${HTTP_EXAMPLE}`)
  return { host, port }
}

/** `192.0.2.53:5353`. Throws AddressError. */
export function parseNameServer(text: string): NameServerAddress {
  const { host, port } = parseHostPort(text, DNS_EXAMPLE)
  if (isIP(host) === 0) throw new AddressError(`has a name, which nobody could look up yet; ${DNS_EXAMPLE}`)
  if (port === 0) throw new AddressError(`has port 0, where nobody listens; ${DNS_EXAMPLE}`)
  return { address: host, port: port ?? DNS_PORT }
}

/** `sip:192.0.2.1:5060;transport=tcp`. Throws AddressError. */
export function parseGateway(text: string): Gateway {
  if (/^sips:/i.test(text)) throw new AddressError('asks for TLS, which is not served yet; use sip: with transport=tcp')
  const rest = /^sip:(.*)$/i.exec(text)?.[1]
  if (rest === undefined) throw new AddressError(`is no SIP URI; ${GATEWAY_EXAMPLE}`)
  if (rest.includes('@')) throw new AddressError(`has a user part, but a gateway is a host; ${GATEWAY_EXAMPLE}`)
  const [hostPort, ...parameters] = rest.split(';')
  const { host, port } = parseHostPort(hostPort, GATEWAY_EXAMPLE)
  if (port === 0) throw new AddressError(`has port 0, where nobody listens; ${GATEWAY_EXAMPLE}`)
  const transport = gatewayTransport(parameters)
  const written = `sip:${formatHost(host)}:${port ?? SIP_PORT}${transport === 'tcp' ? ';transport=tcp' : ''}`
  return { uri: written, host, port: port ?? SIP_PORT, transport }
}

/** IPv6 in brackets. */
export function formatHost(host: string): string {
  return host.includes(':') ? `[${host}]` : host
}

function gatewayTransport(parameters: readonly string[]): 'udp' | 'tcp' {
  let transport: 'udp' | 'tcp' = 'udp'
  for (const parameter of parameters) {
    const found = /^transport=(.*)$/i.exec(parameter)
    if (found === null) throw new AddressError(`has the parameter '${parameter}', but only transport may be given; ${GATEWAY_EXAMPLE}`)
    transport = parseTransport(found[1], GATEWAY_EXAMPLE)
  }
  return transport
}

function parseTransport(text: string, example: string): 'udp' | 'tcp' {
  const transport = text.toLowerCase()
  if (transport === 'udp' || transport === 'tcp') return transport
  if (['tls', 'ws', 'wss', 'sctp'].includes(transport))
    throw new AddressError(`asks for ${transport}, which is not served yet; use udp or tcp`)
  throw new AddressError(`starts with no known transport; ${example}`)
}

function parseHostPort(text: string, example: string): HostPort {
  const found = /^(?:\[([^\]]*)\]|([^:[\]]*))(?::([^:]*))?$/.exec(text)
  if (found === null) {
    throw new AddressError(/[[\]]/.test(text) ? `has misplaced brackets; ${example}` : `needs brackets around its IPv6 address; ${example}`)
  }
  const [, bracketed, plain, port] = found
  if (bracketed !== undefined && !isIPv6(bracketed)) throw new AddressError(`has no IPv6 address inside of its brackets; ${example}`)
  const host = bracketed ?? plain
  if (host === '') throw new AddressError(`has no host; ${example}`)
  if (bracketed === undefined && !isHost(host)) throw new AddressError(`has the impossible host '${host}'; ${example}`)
  return { host, port: port === undefined ? null : parsePort(port, example) }
}

function isHost(text: string): boolean {
  // What looks like an IPv4 address must be one; everything else is a name that is looked up later.
  if (/^[\d.]+$/.test(text)) return /^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.|$)){4}$/.test(text)
  return /^[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?$/i.test(text)
}

function parsePort(text: string, example: string): number {
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535) throw new AddressError(`has the impossible port '${text}'; ${example}`)
  return Number(text)
}
