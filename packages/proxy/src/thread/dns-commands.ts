import { TransportCode } from '@signalbox/sip'
import type { Clock } from '../clock/clock.ts'
import type { CoreParameters } from '../dns/core-parameters.ts'
import type { DnsCache, DnsEntry } from '../dns/dns-cache.ts'
import type { DnsRecord, DnsType } from '../dns/dns-source.ts'
import { BlocklistReason, type BlockedPlace, type DstBlocklist } from '../dns/dst-blocklist.ts'
import { transportName } from '../forward/via.ts'
import type { EndpointTable } from '../transport/endpoint.ts'
import { CommandRefusal, type Command } from './command-table.ts'

/** The DNS cache and the blocklist of a SIP thread, as the dns.* and dst_blocklist.* methods reach them (control-reference 2). */

interface DnsServices {
  readonly cache: DnsCache
  readonly blocklist: DstBlocklist
  readonly core: Readonly<CoreParameters>
  readonly endpoints: EndpointTable
  readonly clock: Clock
}

const TYPES: ReadonlySet<unknown> = new Set<DnsType>(['A', 'AAAA', 'SRV', 'NAPTR'])
/** Bit of the `flags` parameter of dns.add_*. */
const PERMANENT = 2
/** Kamailio's numbers of transports. */
const TRANSPORTS: Readonly<Record<number, number>> = { 1: TransportCode.UDP, 2: TransportCode.TCP, 3: TransportCode.TLS }

export function dnsCommands(services: DnsServices): Readonly<Record<string, Command>> {
  return { ...cacheCommands(services), ...blocklistCommands(services) }
}

function cacheCommands({ cache, core, endpoints, clock }: DnsServices): Readonly<Record<string, Command>> {
  const on = (command: Command): Command => {
    return (params) => {
      if (core.use_dns_cache === 0) throw new CommandRefusal(500, 'dns cache support disabled (see use_dns_cache)')
      return command(params)
    }
  }
  const addAddress = (type: 'A' | 'AAAA'): Command => {
    return on(([name, ttl, address, flags]) => {
      const endpoint = endpoints.of(String(address), 0)
      if (endpoint === null || endpoint.family !== (type === 'A' ? 4 : 6)) throw new CommandRefusal(400, 'Malformed ip address')
      return add(cache, type, [name, flags], { ttl: Number(ttl), address: endpoint.address })
    })
  }
  return {
    'dns.lookup': on(([type, name]) => lookUp(cache, clock, type, String(name))),
    'dns.view': on(() => [...cache.entries()].map((entry) => viewOf(entry, clock.now()))),
    'dns.mem_info': on(() => ({ used: cache.used, max: core.dns_cache_mem * 1024 })),
    'dns.stats_get': on(([reset]) => {
      const { requests, hits, negativeHits, evictions } = cache.stats
      if (reset === 1) Object.assign(cache.stats, { requests: 0, hits: 0, negativeHits: 0, evictions: 0 })
      return { dns_req_cnt: requests, dc_hits_cnt: hits, dc_neg_hits_cnt: negativeHits, dc_lru_cnt: evictions }
    }),
    'dns.delete_all': on(([force]) => cache.deleteAll(force === true)),
    'dns.delete': on(([type, name]) => cache.delete(type as DnsType, String(name))),
    'dns.add_a': addAddress('A'),
    'dns.add_aaaa': addAddress('AAAA'),
    'dns.add_srv': on(([name, ttl, priority, weight, port, target, flags]) =>
      add(cache, 'SRV', [name, flags], {
        ttl: Number(ttl),
        priority: Number(priority),
        weight: Number(weight),
        port: Number(port),
        target: String(target).toLowerCase(),
      }),
    ),
  }
}

function add(cache: DnsCache, type: DnsType, [name, flags]: readonly unknown[], record: DnsRecord): void {
  if (!cache.add(type, String(name), record, (Number(flags) & PERMANENT) !== 0)) {
    throw new CommandRefusal(400, 'Failed to add the entry to the cache')
  }
}

/** Asks DNS if the cache does not know. */
function lookUp(cache: DnsCache, clock: Clock, type: unknown, name: string): Promise<unknown> {
  if (!TYPES.has(type)) throw new CommandRefusal(400, 'Invalid type')
  return new Promise((resolve, reject) => {
    cache.ask(type as DnsType, name, (records) => {
      const entry = cache.find(type as DnsType, name)
      if (records.length === 0) reject(new CommandRefusal(400, 'Not found'))
      else if (entry === null) reject(new CommandRefusal(400, 'Found, but not kept in the cache'))
      else resolve(viewOf(entry, clock.now()))
    })
  })
}

function viewOf(entry: DnsEntry, now: number): object {
  const permanent = entry.permanent ? 'yes' : 'no'
  const expires = entry.permanent ? 0 : Math.ceil((entry.expires - now) / 1000)
  const records = entry.records.map((record, i) => ({ rr_idx: i, ...fieldsOf(record), rr_permanent: permanent, rr_expires: expires }))
  return {
    name: entry.name,
    type: entry.type,
    size_bytes: entry.size,
    reference_counter: 1,
    permanent,
    expires,
    last_used: Math.floor((now - entry.lastUsed) / 1000),
    negative_entry: records.length === 0 ? 'yes' : 'no',
    ...(records.length > 0 && { records }),
  }
}

function fieldsOf(record: DnsRecord): object {
  if ('address' in record) return { rr_ip: record.address }
  if ('target' in record) {
    return { rr_name: record.target, rr_port: record.port, rr_priority: record.priority, rr_weight: record.weight }
  }
  return {
    rr_order: record.order,
    rr_preference: record.preference,
    rr_flags: record.flags,
    rr_service: record.service,
    rr_regexp: record.regexp,
    rr_replacement: record.replacement,
  }
}

function blocklistCommands({ blocklist, core, endpoints, clock }: DnsServices): Readonly<Record<string, Command>> {
  const on = (command: Command): Command => {
    return (params) => {
      if (!blocklist.on) throw new CommandRefusal(500, 'dst blocklist support disabled')
      return command(params)
    }
  }
  return {
    'dst_blocklist.view': on(() => [...blocklist.entries()].map((entry) => blockedView(entry, clock.now()))),
    'dst_blocklist.mem_info': on(() => ({ used: blocklist.used, max: core.dst_blocklist_mem * 1024 })),
    'dst_blocklist.stats_get': on(([reset]) => {
      const { hits, refusals } = blocklist.stats
      if (reset === 1) Object.assign(blocklist.stats, { hits: 0, refusals: 0 })
      return { bkl_hit_cnt: hits, bkl_lru_cnt: refusals }
    }),
    'dst_blocklist.delete_all': on(() => blocklist.deleteAll()),
    'dst_blocklist.add': on(([address, port, protocol, flags]) => {
      const remote = endpoints.of(String(address), Number(port))
      const transport = TRANSPORTS[Number(protocol)]
      if (transport === undefined) throw new CommandRefusal(400, 'Unknown protocol')
      if (remote === null) throw new CommandRefusal(400, 'Malformed ip address')
      const reason = Number(flags) & ~BlocklistReason.IPV6
      if (!blocklist.addFor({ remote, transport }, reason, core.dst_blocklist_expire * 1000)) {
        throw new CommandRefusal(400, 'Failed to add the entry to the blocklist')
      }
    }),
  }
}

function blockedView({ remote, transport, flags, expires }: BlockedPlace, now: number): object {
  return {
    protocol: transportName(transport),
    ip: remote.address,
    port: remote.port,
    expires: expires === Infinity ? 0 : Math.ceil((expires - now) / 1000),
    flags,
  }
}
