import type { Clock } from '../clock/clock.ts'
import type { CoreParameters } from '../dns/core-parameters.ts'
import type { DnsCache } from '../dns/dns-cache.ts'
import { dnsTypeNumbers, type DnsRecord, type DnsType } from '../dns/dns-source.ts'
import type { EndpointTable } from '../transport/endpoint.ts'
import { CommandRefusal, type Command } from './command-table.ts'
import { debugOf, debugRecordsOf, viewOf } from './dns-entry-view.ts'

/** The DNS cache of a SIP thread, as the dns.* methods reach it (control-reference 2). */
interface DnsServices {
  readonly cache: DnsCache
  readonly core: Readonly<CoreParameters>
  readonly endpoints: EndpointTable
  readonly clock: Clock
}

/** Bit of the `flags` parameter of dns.add_*. */
const PERMANENT = 2

export function dnsCommands(services: DnsServices): Readonly<Record<string, Command>> {
  const commands = { ...viewCommands(services), ...changeCommands(services) }
  const guarded = Object.entries(commands).map(([name, command]): [string, Command] => [
    name,
    (params) => {
      if (services.core.use_dns_cache === 0) throw new CommandRefusal(500, 'dns cache support disabled (see use_dns_cache)')
      return command(params)
    },
  ])
  return Object.fromEntries(guarded)
}

function viewCommands({ cache, core, clock }: DnsServices): Readonly<Record<string, Command>> {
  return {
    'dns.lookup': ([type, name]) => lookUp(cache, clock, type, String(name)),
    'dns.view': () => [...cache.entries()].map((entry) => viewOf(entry, clock.now())),
    'dns.debug': () => [...cache.entries()].map((entry) => debugOf(entry, clock.now())),
    'dns.debug_all': () => [...cache.entries()].map((entry) => debugRecordsOf(entry, clock.now())),
    'dns.mem_info': () => ({ used: cache.used, max: core.dns_cache_mem * 1024 }),
    'dns.stats_get': ([reset]) => {
      const { requests, hits, negativeHits, evictions } = cache.stats
      if (reset === 1) Object.assign(cache.stats, { requests: 0, hits: 0, negativeHits: 0, evictions: 0 })
      return { dns_req_cnt: requests, dc_hits_cnt: hits, dc_neg_hits_cnt: negativeHits, dc_lru_cnt: evictions }
    },
    'dns.get_server_state': () => (cache.serversUp ? 1 : 0),
  }
}

function changeCommands({ cache, endpoints }: DnsServices): Readonly<Record<string, Command>> {
  const addAddress = (type: 'A' | 'AAAA'): Command => {
    return ([name, ttl, address, flags]) => {
      const endpoint = endpoints.of(String(address), 0)
      if (endpoint === null || endpoint.family !== (type === 'A' ? 4 : 6)) throw new CommandRefusal(400, 'Malformed ip address')
      return add(cache, type, [name, flags], { ttl: Number(ttl), address: endpoint.address })
    }
  }
  return {
    'dns.set_server_state': ([state]) => void (cache.serversUp = state === 1),
    'dns.delete_all': ([force]) => cache.deleteAll(force === true),
    'dns.delete': ([type, name]) => {
      const entry = cache.find(type as DnsType, String(name))
      if (entry?.permanent === true) throw new CommandRefusal(400, 'Permanent entries cannot be deleted')
      return cache.delete(type as DnsType, String(name))
    },
    'dns.add_a': addAddress('A'),
    'dns.add_aaaa': addAddress('AAAA'),
    'dns.add_srv': ([name, ttl, priority, weight, port, target, flags]) =>
      add(cache, 'SRV', [name, flags], {
        ttl: Number(ttl),
        priority: Number(priority),
        weight: Number(weight),
        port: Number(port),
        target: String(target).toLowerCase(),
      }),
  }
}

function add(cache: DnsCache, type: DnsType, [name, flags]: readonly unknown[], record: DnsRecord): void {
  if (!cache.add(type, String(name), record, (Number(flags) & PERMANENT) !== 0)) {
    throw new CommandRefusal(400, 'Failed to add the entry to the cache')
  }
}

/** Asks DNS if the cache does not know. */
function lookUp(cache: DnsCache, clock: Clock, asked: unknown, name: string): Promise<unknown> {
  const type = String(asked).toUpperCase()
  if (!isDnsType(type)) throw new CommandRefusal(400, 'Invalid type')
  return new Promise((resolve, reject) => {
    cache.ask(type, name, (records) => {
      const entry = cache.find(type, name)
      if (records.length === 0) reject(new CommandRefusal(400, 'Not found'))
      else if (entry === null) reject(new CommandRefusal(400, 'Found, but not kept in the cache'))
      else resolve(viewOf(entry, clock.now()))
    })
  })
}

function isDnsType(text: string): text is DnsType {
  return Object.hasOwn(dnsTypeNumbers, text)
}
