import { HeaderId, transportName } from '@signalbox/sip'
import { formatEndpoint } from '../../transport/endpoint.ts'
import { socketName } from '../../registrar/socket-name.ts'
import type { KsrEnvironment } from '../ksr-environment.ts'
import { ksrModule, type KsrModule, type KsrValue } from '../ksr-module.ts'

/** KSR.kx: pieces of the message without the detour over pseudo-variables. `getw_` and `gete_` give `<null>` and '' for null. */
export function createKx(env: KsrEnvironment): KsrModule {
  return ksrModule('kx', { ...uris(env), ...source(env), ...message(env) })
}

type Getter = () => string | null

/** get_x, gete_x, getw_x of one value. */
function three(name: string, get: Getter): KsrModule {
  return { [`get_${name}`]: get, [`gete_${name}`]: () => get() ?? '', [`getw_${name}`]: () => get() ?? '<null>' }
}

function orNull(text: string): string | null {
  return text === '' ? null : text
}

function uris(env: KsrEnvironment): KsrModule {
  const addressPart = (which: 'from' | 'to', part: 'user' | 'host') => (): string | null => {
    const { message: one } = env.current()
    env.scratch.readBytes(one.bytes, one[which].uriStart, one[which].uriEnd)
    return orNull(env.scratch[part])
  }
  const address = (which: 'from' | 'to') => (): string => {
    const { message: one } = env.current()
    return one.text(one[which].uriStart, one[which].uriEnd)
  }
  return {
    get_ruri: () => env.current().currentUri(),
    ...three('ruser', () => orNull(env.requestUri().user)),
    ...three('rhost', () => orNull(env.requestUri().host)),
    get_ouri(): string {
      const { message: one } = env.current()
      return one.text(one.uriStart, one.uriEnd)
    },
    get_furi: address('from'),
    ...three('fuser', addressPart('from', 'user')),
    ...three('fhost', addressPart('from', 'host')),
    get_turi: address('to'),
    ...three('tuser', addressPart('to', 'user')),
    ...three('thost', addressPart('to', 'host')),
    ...three('duri', () => orNull(env.current().destinationUri)),
    ...three(
      'cturi',
      () => /<([^>]*)>/.exec(env.current().message.header(HeaderId.CONTACT) ?? '')?.[1] ?? env.current().message.header(HeaderId.CONTACT),
    ),
    get_nhuri(): string {
      const m = env.current()
      return m.destinationUri === '' ? m.currentUri() : m.destinationUri
    },
  }
}

function source(env: KsrEnvironment): KsrModule {
  return {
    get_srcip: () => env.current().source.remote.address,
    get_srcport: () => env.current().source.remote.port,
    get_srcuri(): string {
      const { remote, transport } = env.current().source
      return `sip:${formatEndpoint(remote)};transport=${transportName(transport)}`
    },
    get_srcaddr_sock(): string {
      const { remote, transport } = env.current().source
      return socketName(transport, remote)
    },
    get_rcvip: () => env.current().source.listener.address,
    get_rcvport: () => env.current().source.listener.port,
    get_rcvaddr_sock(): string {
      const { listener, transport } = env.current().source
      return socketName(transport, listener)
    },
    get_rcvadvip(): string {
      const { advertise } = env.current().source.listener
      return advertise.slice(0, advertise.lastIndexOf(':'))
    },
    get_rcvadvport(): number {
      const { advertise } = env.current().source.listener
      return Number(advertise.slice(advertise.lastIndexOf(':') + 1))
    },
    get_proto: () => transportName(env.current().source.transport),
    get_protoid: () => env.current().source.transport,
    get_conid: () => env.current().source.connection || -1,
  }
}

function message(env: KsrEnvironment): KsrModule {
  return {
    ...three('ua', () => env.current().message.header(HeaderId.USER_AGENT)),
    ...three('au', () => authUser(env)),
    ...three('body', () => {
      const { message: one } = env.current()
      return one.end > one.bodyStart ? one.text(one.bodyStart, one.end) : null
    }),
    get_bodylen(): number {
      const { message: one } = env.current()
      return one.end - one.bodyStart
    },
    get_method(): string {
      const { message: one } = env.current()
      return one.text(one.cseqMethodStart, one.cseqMethodEnd)
    },
    /** -1 for a request. */
    get_status(): number {
      const { message: one } = env.current()
      return one.isRequest ? -1 : one.status
    },
    gets_status(): KsrValue {
      const { message: one } = env.current()
      return one.isRequest ? null : String(one.status)
    },
    get_timestamp: () => Math.floor(env.services.clock.wall() / 1000),
    get_callid(): string {
      const { message: one } = env.current()
      return one.text(one.callIdStart, one.callIdEnd)
    },
    get_msgbuf(): string {
      const { message: one } = env.current()
      return one.text(one.start, one.end)
    },
    get_msglen(): number {
      const { message: one } = env.current()
      return one.end - one.start
    },
    /** 1 request, 2 reply. */
    get_msgtype: () => (env.current().message.isRequest ? 1 : 2),
  }
}

function authUser(env: KsrEnvironment): string | null {
  const { message: one } = env.current()
  const credentials = one.header(HeaderId.PROXY_AUTHORIZATION) ?? one.header(HeaderId.AUTHORIZATION)
  return /\busername="([^"]*)"/i.exec(credentials ?? '')?.[1] ?? null
}
