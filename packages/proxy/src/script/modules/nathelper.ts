import { HeaderId, NameAddr, parseNameAddr, SipParseError, TransportCode, type SipMessage, transportName } from '@signalbox/sip'
import { isText } from '../../forward/interned-text.ts'
import type { RoutedMessage } from '../../forward/routed-message.ts'
import { setRequestUri } from '../../forward/target-set.ts'
import type { Endpoint } from '../../transport/endpoint.ts'
import { numberArgument, textArgument, type KsrEnvironment } from '../ksr-environment.ts'
import { ksrModule, type KsrModule } from '../ksr-module.ts'
import { isPrivateAddress } from '../private-address.ts'

/** Bits of nat_uac_test (script-reference 1.6). */
const NatTest = {
  CONTACT_PRIVATE: 1,
  VIA_DIFFERS: 2,
  VIA_PRIVATE: 4,
  SDP_PRIVATE: 8,
  SOURCE_PORT_DIFFERS: 16,
  SOURCE_PRIVATE: 32,
  WEBSOCKET: 64,
  CONTACT_PORT_DIFFERS: 128,
  SDP_DIFFERS: 256,
} as const

const contact = new NameAddr()

/** Protocol numbers in `alias=address~port~proto`. */
const transportNumbers: Readonly<Record<string, string>> = { 1: 'udp', 2: 'tcp', 3: 'tls', 4: 'sctp', 5: 'ws', 6: 'wss' }

/** KSR.nathelper: phones behind address translation are reached where their requests come from. */
export function createNathelper(env: KsrEnvironment): KsrModule {
  const setAlias = (): number => {
    const m = env.current()
    if (!readContact(m.message)) return -1
    const { remote, transport } = m.source
    return addAlias(m, `${hostOf(m)}~${remote.port}~${transport}`)
  }
  return ksrModule('nathelper', {
    nat_uac_test: (tests: number) => (natTest(env, numberArgument(tests, 'nathelper.nat_uac_test')) ? 1 : -1),
    /** The next save() notes where this REGISTER came from, and lookup() sends there. */
    fix_nated_register(): number {
      env.scope.received = sourceUri(env.current())
      return 1
    },
    /** Writes the source address into the Contact for the other side; set_contact_alias is kinder. */
    fix_nated_contact(): number {
      const m = env.current()
      if (!readContact(m.message) || !env.scratch.readBytes(m.message.bytes, contact.uriStart, contact.uriEnd) || !env.scratch.isSip)
        return -1
      const { hostStart, hostEnd, paramsStart, headersStart, end } = env.scratch.view
      const hostportEnd = paramsStart !== -1 ? paramsStart : headersStart !== -1 ? headersStart - 1 : end
      m.edits.replace(hostStart, Math.max(hostEnd, hostportEnd), `${hostOf(m)}:${m.source.remote.port}`)
      return 1
    },
    set_contact_alias: setAlias,
    set_contact_alias_trim: setAlias,
    /** As set_contact_alias, but only where the Contact names another address than the source. */
    add_contact_alias(): number {
      const { remote } = env.current().source
      const host = contactHost(env)
      if (host === null) return -1
      return host === remote.address && (env.scratch.port || 5060) === remote.port ? 2 : setAlias()
    },
    add_contact_alias_addr(address: string, port: string, proto: string): number {
      const m = env.current()
      const number = Object.keys(transportNumbers).find(
        (one) => transportNumbers[one] === textArgument(proto, 'nathelper.add_contact_alias_addr').toLowerCase(),
      )
      if (number === undefined || !readContact(m.message)) return -1
      return addAlias(
        m,
        `${textArgument(address, 'nathelper.add_contact_alias_addr')}~${textArgument(port, 'nathelper.add_contact_alias_addr')}~${number}`,
      )
    },
    /** 1 the Request-URI had an alias, which is now the next hop; 2 it had none; -1 it is malformed. */
    handle_ruri_alias: () => handleAlias(env),
    is_rfc1918: (address: string) => (isPrivateAddress(textArgument(address, 'nathelper.is_rfc1918')) ? 1 : -1),
  })
}

function hostOf({ source }: RoutedMessage): string {
  return hostName(source.remote)
}

/** As it stands in a URI. */
function hostName({ address, family }: Endpoint): string {
  return family === 6 ? `[${address}]` : address
}

/** Where a message came from, as a URI to send to. */
function sourceUri(m: RoutedMessage): string {
  const { transport, remote } = m.source
  const param = transport === TransportCode.UDP ? '' : `;transport=${transportName(transport)}`
  return `sip:${hostOf(m)}:${remote.port}${param}`
}

/** Parses the first Contact value; false when there is none that could be changed: what is malformed goes on as it came. */
function readContact(message: SipMessage): boolean {
  const line = message.first(HeaderId.CONTACT)
  if (line === -1) return false
  try {
    parseNameAddr(contact, message.bytes, message.valueStart[line], message.valueEnd[line])
  } catch (error) {
    if (error instanceof SipParseError) return false
    throw error
  }
  return !contact.isStar
}

function addAlias(m: RoutedMessage, alias: string): number {
  // Without brackets a parameter would belong to the header, not to the URI (RFC 3261 20.10).
  const { bytes } = m.message
  const bracketed = bytes[contact.uriEnd] === 0x3e
  if (!bracketed) m.edits.insert(contact.uriStart, '<')
  m.edits.insert(contact.uriEnd, `;alias=${alias}${bracketed ? '' : '>'}`)
  return 1
}

function handleAlias(env: KsrEnvironment): number {
  const m = env.current()
  const uri = env.requestUri()
  const alias = uri.param('alias')
  if (alias === null) return 2
  const [host, port, number] = alias.split('~')
  const transport = transportNumbers[number ?? '']
  if (host === '' || !/^\d{1,5}$/.test(port ?? '') || transport === undefined) return -1
  const { start, paramsStart, paramsEnd, end } = uri.view
  const kept = uri.params
    .split(';')
    .slice(1)
    .filter((param) => !/^alias=/i.test(param))
  const rewritten = uri.text(start, paramsStart) + kept.map((param) => `;${param}`).join('') + uri.text(paramsEnd, end)
  m.destinationUri = `sip:${host}:${port}${transport === 'udp' ? '' : `;transport=${transport}`}`
  setRequestUri(m, rewritten)
  return 1
}

function natTest(env: KsrEnvironment, tests: number): boolean {
  const m = env.current()
  const { message, source } = m
  if (tests & NatTest.WEBSOCKET && (source.transport === TransportCode.WS || source.transport === TransportCode.WSS)) return true
  if (tests & NatTest.SOURCE_PRIVATE && isPrivateAddress(source.remote.address)) return true
  return (
    viaTest(m, tests) ||
    contactTest(env, tests) ||
    (tests & (NatTest.SDP_PRIVATE | NatTest.SDP_DIFFERS) ? sdpTest(message, source.remote.address, tests) : false)
  )
}

function viaTest({ message, source }: RoutedMessage, tests: number): boolean {
  const { via } = message
  const port = via.port === 0 ? 5060 : via.port
  if (tests & NatTest.SOURCE_PORT_DIFFERS && port !== source.remote.port) return true
  if ((tests & (NatTest.VIA_DIFFERS | NatTest.VIA_PRIVATE)) === 0) return false
  if (tests & NatTest.VIA_DIFFERS && !isText(message.bytes, via.hostStart, via.hostEnd, hostName(source.remote))) return true
  return (tests & NatTest.VIA_PRIVATE) !== 0 && isPrivateAddress(unbracketed(message.text(via.hostStart, via.hostEnd)))
}

function contactTest(env: KsrEnvironment, tests: number): boolean {
  if ((tests & (NatTest.CONTACT_PRIVATE | NatTest.CONTACT_PORT_DIFFERS)) === 0) return false
  const host = contactHost(env)
  if (host === null) return false
  if (tests & NatTest.CONTACT_PRIVATE && isPrivateAddress(host)) return true
  const { port } = env.scratch
  return (tests & NatTest.CONTACT_PORT_DIFFERS) !== 0 && (port === 0 ? 5060 : port) !== env.current().source.remote.port
}

/** Host of the first Contact, which stays parsed in `env.scratch`; null when there is none. */
function contactHost(env: KsrEnvironment): string | null {
  const { message } = env.current()
  if (!readContact(message) || !env.scratch.readBytes(message.bytes, contact.uriStart, contact.uriEnd)) return null
  return unbracketed(env.scratch.host)
}

function sdpTest(message: SipMessage, sourceAddress: string, tests: number): boolean {
  const body = message.text(message.bodyStart, message.end)
  const address = /^c=IN IP[46] ([^\s/]+)/m.exec(body)?.[1]
  if (address === undefined) return false
  if (tests & NatTest.SDP_PRIVATE && isPrivateAddress(address)) return true
  return (tests & NatTest.SDP_DIFFERS) !== 0 && address !== sourceAddress
}

function unbracketed(host: string): string {
  return host.startsWith('[') ? host.slice(1, -1) : host
}
