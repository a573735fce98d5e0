import { TransportCode, defaultPort } from '@signalbox/sip'
import type { NextHop } from '../forward/next-hop.ts'
import { type EndpointOf } from '../forward/via.ts'
import type { Endpoint } from '../transport/endpoint.ts'
import type { CoreParameters } from './core-parameters.ts'
import type { DnsCache } from './dns-cache.ts'
import type { NaptrRecord, SrvRecord } from './dns-source.ts'
import { orderSrv } from './srv-order.ts'

/** An address to send to, and how. */
export interface Place {
  readonly remote: Endpoint
  /** TransportCode of @signalbox/sip. */
  readonly transport: number
}

export interface LocatorWorld {
  readonly cache: Pick<DnsCache, 'ask'>
  readonly params: CoreParameters
  readonly endpoint: EndpointOf
  /** Is there a listener that sends over `transport` from an address of that family? */
  readonly speaks: (transport: number, family: 4 | 6) => boolean
  /** Numbers in [0, 1). */
  readonly random: () => number
}

/** Does one part of the work and hands its result over, at once or later. */
type Step<T> = (done: (value: T) => void) => void

interface Service {
  readonly transport: number
  /** Before the domain in the name of SRV records (RFC 3263 4.1, 4.2). */
  readonly prefix: string
  /** In NAPTR records. */
  readonly naptr: string
}

const SERVICES: readonly Service[] = [
  { transport: TransportCode.UDP, prefix: '_sip._udp.', naptr: 'SIP+D2U' },
  { transport: TransportCode.TCP, prefix: '_sip._tcp.', naptr: 'SIP+D2T' },
  { transport: TransportCode.TLS, prefix: '_sips._tcp.', naptr: 'SIPS+D2T' },
]

/** A domain may list more addresses than one request will ever try. */
const MOST_PLACES = 32
/** Nor is it to cost more questions than that: of its SRV records for a service, and of its NAPTR records, so many are followed. */
const MOST_TARGETS = 16
const MOST_NAPTR = 4

/** Locating SIP servers: RFC 3263 section 4. */
export class Locator {
  readonly #world: LocatorWorld

  constructor(world: LocatorWorld) {
    this.#world = world
  }

  /**
   * The places where `hop` is reached, in the order to try them; none when it cannot be reached. At once for addresses and
   * when the cache knows it all. `random` decides between equals: stateless proxies draw the same for retransmissions (4.4).
   */
  locate(hop: NextHop, done: (places: readonly Place[]) => void, random = this.#world.random): void {
    const { host, port, transport } = hop
    const literal = this.#world.endpoint(host, port)
    if (literal !== null) return done([{ remote: literal, transport }])
    const finish = (places: readonly Place[]): void => done(places.length > MOST_PLACES ? places.slice(0, MOST_PLACES) : places)
    // RFC 3263 4.2: a port in the URI leaves nothing to SRV.
    if (hop.portGiven) return this.#addresses(host, port, transport, finish)
    if (!hop.transportGiven) return this.#choose(hop, random, finish)
    const service = SERVICES.find((one) => one.transport === transport)
    if (service === undefined) return this.#addresses(host, port, transport, finish)
    this.#srv(service.prefix + host, transport, random, (places) => {
      if (places === null) this.#addresses(host, port, transport, finish)
      else finish(places)
    })
  }

  /** Neither transport nor port in the URI: NAPTR, then SRV, then addresses with the default transport (RFC 3263 4.1). */
  #choose(hop: NextHop, random: () => number, done: (places: readonly Place[]) => void): void {
    const services = this.#services(hop.secure)
    const bySrv = (): void => this.#firstService(hop, services, random, done)
    if (this.#world.params.dns_try_naptr === 0) return bySrv()
    this.#world.cache.ask('NAPTR', hop.host, (records) => {
      const usable = this.#usable(records, services).slice(0, MOST_NAPTR)
      const steps = usable.map(
        ({ replacement, transport }): Step<readonly Place[] | null> =>
          (found) =>
            this.#srv(replacement, transport, random, found),
      )
      gather(steps, (lists) => {
        const offered = lists.filter((places) => places !== null)
        if (offered.length === 0) bySrv()
        else done(offered.flat())
      })
    })
  }

  /** The services that listeners can use, the preferred first; for sips only the secure one (RFC 3263 4.1). */
  #services(secure: boolean): readonly Service[] {
    const { speaks } = this.#world
    return SERVICES.filter(({ transport }) => {
      if (secure && transport !== TransportCode.TLS) return false
      return this.#preference(transport) >= 0 && (speaks(transport, 4) || speaks(transport, 6))
    }).toSorted((a, b) => this.#preference(b.transport) - this.#preference(a.transport))
  }

  #preference(transport: number): number {
    const { params } = this.#world
    if (transport === TransportCode.UDP) return params.dns_udp_pref
    return transport === TransportCode.TCP ? params.dns_tcp_pref : params.dns_tls_pref
  }

  /** NAPTR records that lead to SRV records of ours to use, in the order to try them (RFC 3263 4.1, RFC 3403 4.1). */
  #usable(records: readonly NaptrRecord[], services: readonly Service[]): readonly (NaptrRecord & { readonly transport: number })[] {
    const usable = records.flatMap((record) => {
      const service = services.find((one) => one.naptr === record.service.toUpperCase())
      const terminal = record.flags.toLowerCase() === 's' && record.regexp === '' && record.replacement !== ''
      return service === undefined || !terminal ? [] : [{ ...record, transport: service.transport }]
    })
    const ignoreOrder = this.#world.params.dns_naptr_ignore_rfc !== 0
    return usable.sort((a, b) => {
      const local = ignoreOrder ? this.#preference(b.transport) - this.#preference(a.transport) : 0
      return local || a.order - b.order || a.preference - b.preference
    })
  }

  /** The preferred service that has SRV records; without any, addresses with the default transport. */
  #firstService(hop: NextHop, services: readonly Service[], random: () => number, done: (places: readonly Place[]) => void): void {
    const steps = services.map(
      ({ prefix, transport }): Step<readonly Place[] | null> =>
        (found) =>
          this.#srv(prefix + hop.host, transport, random, found),
    )
    gather(steps, (lists) => {
      const first = lists.find((places) => places !== null)
      if (first === undefined) this.#addresses(hop.host, hop.port, hop.transport, done)
      else done(first)
    })
  }

  /** Null: there are no SRV records. Empty: the service is not offered there, or its servers have no address. */
  #srv(name: string, transport: number, random: () => number, done: (places: readonly Place[] | null) => void): void {
    this.#world.cache.ask('SRV', name, (records) => {
      if (records.length === 0) return done(null)
      const offered = records.filter(({ target }) => target !== '' && target !== '.')
      const ordered = orderSrv(offered, this.#world.params.dns_srv_lb === 0 ? null : random).slice(0, MOST_TARGETS)
      gather(
        ordered.map(
          ({ target, port }: SrvRecord): Step<readonly Place[]> =>
            (found) =>
              this.#addresses(target, port, transport, found),
        ),
        (lists) => done(lists.flat()),
      )
    })
  }

  /** A and AAAA records, those of the preferred family first; only what a listener can send to. */
  #addresses(host: string, port: number, transport: number, done: (places: readonly Place[]) => void): void {
    const { cache, params, speaks, endpoint } = this.#world
    const usedPort = port === 0 ? defaultPort(transport) : port
    // RFC 2782 wants names as targets; some zones have addresses there.
    const literal = endpoint(host, usedPort)
    if (literal !== null) return done([{ remote: literal, transport }])
    const flags = params.dns_cache_flags
    const steps: Step<readonly { readonly address: string }[]>[] = []
    if ((flags & 2) === 0 && speaks(transport, 4)) steps.push((found) => cache.ask('A', host, found))
    if ((flags & 1) === 0 && params.dns_try_ipv6 !== 0 && speaks(transport, 6)) steps.push((found) => cache.ask('AAAA', host, found))
    if (flags & 4) steps.reverse()
    gather(steps, (lists) => {
      const places: Place[] = []
      for (const { address } of lists.flat()) {
        const remote = endpoint(address, usedPort)
        if (remote !== null) places.push({ remote, transport })
      }
      done(places)
    })
  }
}

/** All steps at once, their results in the order of the steps. */
function gather<T>(steps: readonly Step<T>[], done: (values: readonly T[]) => void): void {
  const values: T[] = []
  let open = steps.length
  if (open === 0) return done(values)
  for (const [i, step] of steps.entries()) {
    step((value) => {
      values[i] = value
      open--
      if (open === 0) done(values)
    })
  }
}
