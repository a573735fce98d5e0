import { transportName } from '@signalbox/sip'
import type { NameAddr, SipMessage } from '@signalbox/sip'
import { nextHopOf } from '../../forward/next-hop.ts'
import { setRequestUri } from '../../forward/target-set.ts'
import type { KsrEnvironment } from '../ksr-environment.ts'
import type { UriView } from '../uri-view.ts'
import type { PvAccess, PvDefinition } from './pv-definition.ts'
import type { PvValue } from './pv-value.ts'

/** URIs and their parts: Request-URI ($r*), as received ($o*), next hop ($d*), From ($f*), To ($t*). */
export function addressVariables(env: KsrEnvironment): readonly (readonly [string, PvDefinition])[] {
  const accesses: Readonly<Record<string, PvAccess>> = {
    ...requestUri(env),
    ...originalUri(env),
    ...nextHop(env),
    ...party(env, 'f', 'from'),
    ...party(env, 't', 'to'),
  }
  return Object.entries(accesses).map(([name, access]) => [name, () => access])
}

function orNull(text: string): PvValue {
  return text === '' ? null : text
}

function requestUri(env: KsrEnvironment): Readonly<Record<string, PvAccess>> {
  const rewrite = (write: (uri: UriView, value: string) => string) => (value: PvValue) => {
    const m = env.current()
    const uri = env.requestUri()
    if (!uri.isSip) return false
    setRequestUri(m, write(uri, value === null ? '' : String(value)))
    return true
  }
  return {
    ru: {
      get: () => env.current().currentUri(),
      set(value) {
        if (typeof value !== 'string') return false
        setRequestUri(env.current(), value)
        return true
      },
    },
    rU: {
      get: () => orNull(env.requestUri().user),
      set: rewrite((uri, user) => `${uri.scheme}:${user === '' ? '' : `${user}@`}${uri.text(uri.view.hostStart, uri.view.end)}`),
    },
    rd: {
      get: () => orNull(env.requestUri().host),
      set: rewrite((uri, host) => `${uri.text(uri.view.start, uri.view.hostStart)}${host}${uri.text(uri.view.hostEnd, uri.view.end)}`),
    },
    rp: {
      get: () => env.requestUri().port || 5060,
      set: rewrite(
        (uri, port) =>
          `${uri.text(uri.view.start, uri.view.hostEnd)}${port === '' ? '' : `:${port}`}${uri.params}${uri.headers === '' ? '' : `?${uri.headers}`}`,
      ),
    },
    rz: { get: () => orNull(env.requestUri().scheme) },
    rP: { get: () => (env.requestUri().param('transport') ?? 'udp').toUpperCase() },
  }
}

function originalUri(env: KsrEnvironment): Readonly<Record<string, PvAccess>> {
  const part = (read: (uri: UriView) => PvValue) => ({
    get() {
      const { message } = env.current()
      if (!message.isRequest) return null
      env.scratch.readBytes(message.bytes, message.uriStart, message.uriEnd)
      return read(env.scratch)
    },
  })
  return {
    ou: part((uri) => orNull(uri.text(uri.view.start, uri.view.end))),
    oU: part((uri) => orNull(uri.user)),
    od: part((uri) => orNull(uri.host)),
    op: part((uri) => uri.port || 5060),
  }
}

function nextHop(env: KsrEnvironment): Readonly<Record<string, PvAccess>> {
  const hop = () => nextHopOf(env.current().destinationUri)
  return {
    du: {
      get: () => orNull(env.current().destinationUri),
      set(value) {
        if (typeof value === 'number') return false
        env.current().destinationUri = value ?? ''
        return true
      },
    },
    dd: { get: () => hop()?.host ?? null },
    dp: { get: () => hop()?.port ?? null },
    dP: { get: () => (hop() === null ? null : transportName(hop()?.transport ?? 0)) },
  }
}

function party(env: KsrEnvironment, letter: string, header: 'from' | 'to'): Readonly<Record<string, PvAccess>> {
  const part = (read: (message: SipMessage, address: NameAddr) => PvValue): PvAccess => ({
    get() {
      const { message } = env.current()
      return read(message, message[header])
    },
  })
  const uriPart = (read: (uri: UriView) => PvValue): PvAccess =>
    part((message, address) => {
      env.scratch.readBytes(message.bytes, address.uriStart, address.uriEnd)
      return read(env.scratch)
    })
  return {
    [`${letter}u`]: part((message, address) => message.text(address.uriStart, address.uriEnd)),
    [`${letter}U`]: uriPart((uri) => orNull(uri.user)),
    [`${letter}d`]: uriPart((uri) => orNull(uri.host)),
    [`${letter}n`]: part((message, address) => orNull(message.text(address.displayStart, address.displayEnd))),
    [`${letter}t`]: part((message, address) => orNull(message.text(address.tagStart, address.tagEnd))),
  }
}
