import { setRequestUri } from '../../forward/target-set.ts'
import { numberArgument, type KsrEnvironment } from '../ksr-environment.ts'
import { ksrModule, type KsrModule } from '../ksr-module.ts'
import { UriView } from '../uri-view.ts'

interface Gateway {
  readonly uri: string
  readonly scheme: string
  /** Host, port and parameters. */
  readonly address: string
}

/** KSR.signalbox: what this engine adds to the functions known from Kamailio. */
export function createSignalbox(env: KsrEnvironment): KsrModule {
  const { transport } = env.services
  const uris = Object.freeze([...env.services.gateways])
  const gateways = uris.map(gatewayOf)
  const received = new UriView()
  return ksrModule('signalbox', {
    /** `await KSR.signalbox.sleep(ms)`: the transaction waits; in asynchronous routes only. */
    sleep(ms: number): Promise<unknown> {
      const wait = Math.max(0, numberArgument(ms, 'signalbox.sleep'))
      return env.asyncRoutes.promise('signalbox.sleep', (keep) => env.services.after(wait, () => keep(undefined)))
    },
    /** The URIs given with --gateway, in their order. */
    gateways: () => uris,
    /**
     * Makes the n-th gateway, from 0, the target. A request addressed to us gets its address and keeps the user; any other
     * one keeps its Request-URI and is only sent there. -1: there is no such gateway.
     */
    set_gateway(n: number): number {
      const m = env.current()
      const gateway = gateways[numberArgument(n, 'signalbox.set_gateway')]
      if (gateway === undefined) return -1
      const { message } = m
      received.borrow(message.uri, message.bytes)
      if (received.isOwn(transport)) {
        setRequestUri(m, received.hasUser ? `${gateway.scheme}:${received.user}@${gateway.address}` : gateway.uri)
        m.destinationUri = ''
      } else {
        setRequestUri(m, message.text(message.uriStart, message.uriEnd))
        m.destinationUri = gateway.uri
      }
      return 1
    },
  })
}

function gatewayOf(uri: string): Gateway {
  const view = new UriView()
  if (!view.readText(uri) || !view.isSip) throw new TypeError(`the gateway ${uri} is no SIP URI`)
  return { uri, scheme: view.scheme, address: view.text(view.view.hostStart, view.view.end) }
}
