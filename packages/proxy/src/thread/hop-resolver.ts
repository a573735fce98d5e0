import type { DnsCache } from '../dns/dns-cache.ts'
import type { CoreParameters } from '../dns/core-parameters.ts'
import { Locator } from '../dns/rfc3263.ts'
import type { ResolveHop } from '../tm/transaction-core.ts'
import type { EndpointTable } from '../transport/endpoint.ts'
import type { Transport } from '../transport/transport.ts'

/** Finds next hops for the engine: RFC 3263 over `cache`, for the transports and address families that have a listener. */
export function hopResolver(
  cache: DnsCache,
  params: CoreParameters,
  sockets: { readonly endpoints: EndpointTable; readonly transport: Transport },
): ResolveHop {
  const { endpoints, transport } = sockets
  // A listener is chosen by transport and family, so one documentation address stands for all (RFC 5737, RFC 3849).
  const samples = { 4: endpoints.of('192.0.2.1', 5060), 6: endpoints.of('2001:db8::1', 5060) }
  const locator = new Locator({
    cache,
    params,
    endpoint: (address, port) => endpoints.of(address, port),
    speaks: (code, family) => {
      const sample = samples[family]
      return sample !== null && transport.listenerFor(code, sample) !== null
    },
    random: Math.random,
  })
  return (hop, done, draw) => locator.locate(hop, done, draw)
}
