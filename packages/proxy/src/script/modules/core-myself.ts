import { nextHopOf } from '../../forward/next-hop.ts'
import { textArgument, type KsrEnvironment } from '../ksr-environment.ts'
import type { KsrModule } from '../ksr-module.ts'

/** Which addresses are ours: host and port of a listener, whatever the user part says. */
export function coreMyself(env: KsrEnvironment): KsrModule {
  const { transport } = env.services
  const own = (uri: string): boolean => env.uri(uri).isOwn(transport)
  const ownHop = (uri: string): boolean => {
    const hop = nextHopOf(uri)
    return hop !== null && transport.isOwnAddress(hop.host, hop.port)
  }
  return {
    /** A URI, or just `host[:port]`. */
    is_myself(address: string): boolean {
      const text = textArgument(address, 'is_myself')
      return own(/^(sips?|tel):/i.test(text) ? text : `sip:${text}`)
    },
    is_myself_ruri: () => env.requestUri().isOwn(transport),
    is_myself_duri: () => own(env.current().destinationUri),
    is_myself_nhuri(): boolean {
      const m = env.current()
      return ownHop(m.destinationUri === '' ? m.currentUri() : m.destinationUri)
    },
    is_myself_furi(): boolean {
      const { message } = env.current()
      env.scratch.readBytes(message.bytes, message.from.uriStart, message.from.uriEnd)
      return env.scratch.isOwn(transport)
    },
    is_myself_turi(): boolean {
      const { message } = env.current()
      env.scratch.readBytes(message.bytes, message.to.uriStart, message.to.uriEnd)
      return env.scratch.isOwn(transport)
    },
    /** Source address and port are those of one of our listeners: a request that we sent ourselves. */
    is_myself_suri(): boolean {
      const { remote } = env.current().source
      return transport.isOwnAddress(remote.address, remote.port)
    },
    /** The source address is one that we listen on, whatever its port. */
    is_myself_srcip(): boolean {
      const { remote, listener } = env.current().source
      return transport.isOwnAddress(remote.address, listener.port)
    },
  }
}
