import { Type, type Static } from 'typebox'
import { method, optional, recordOf, required } from './method-definition.ts'

const Nothing = Type.Object({})
const YesNo = Type.Union([Type.Literal('yes'), Type.Literal('no')])

const TYPES = 'A, AAAA, SRV, NAPTR, CNAME, PTR, TXT or EBL'
/** The character-strings of a TXT record. */
const TextParts = Type.Array(Type.Object({ idx: Type.Integer(), rr_txt: Type.String() }))
/** Values one after the other, as many for each entry as `help` says. */
const FlatValues = Type.Array(Type.Union([Type.String(), Type.Integer()]))
const UpOrDown = Type.Union([Type.Literal(0), Type.Literal(1)])

/** A name as the DNS cache knows it: `dns.lookup`, `dns.view` (control-reference 2). */
export const DnsCacheEntry = Type.Object({
  name: Type.String(),
  type: Type.String({ description: TYPES }),
  size_bytes: Type.Integer({ description: 'Estimated' }),
  reference_counter: Type.Integer({ description: 'Always 1' }),
  permanent: YesNo,
  expires: Type.Integer({ description: 'Seconds from now; 0 for permanent entries' }),
  last_used: Type.Integer({ description: 'Seconds ago' }),
  negative_entry: YesNo,
  records: Type.Optional(
    Type.Array(recordOf(Type.Union([Type.String(), Type.Integer(), TextParts])), {
      description: 'rr_idx, rr_permanent, rr_expires, and rr_ip or what else records of the type have. Absent in negative entries',
    }),
  ),
})
export type DnsCacheEntry = Static<typeof DnsCacheEntry>

/** Octets in use and allowed, of all SIP threads together. */
export const MemoryUse = Type.Object({ used: Type.Integer({ minimum: 0 }), max: Type.Integer({ minimum: 0 }) })
export type MemoryUse = Static<typeof MemoryUse>

/** Counters by name. */
export const NamedCounters = recordOf(Type.Integer({ minimum: 0 }))
export type NamedCounters = Static<typeof NamedCounters>

/** A destination that is sent nothing: `dst_blocklist.view`. */
export const BlockedDestination = Type.Object({
  protocol: Type.String(),
  ip: Type.String(),
  port: Type.Integer(),
  expires: Type.Integer({ description: 'Seconds from now; 0 for permanent entries' }),
  flags: Type.Integer({
    description: '1 IPv6, 2 send error, 4 connect error, 8 ICMP, 16 timeout, 32 reply 503, 64 by hand, 128 permanent',
  }),
})
export type BlockedDestination = Static<typeof BlockedDestination>

const name = required('name', Type.String({ minLength: 1 }), 'Host name, or the whole name of an SRV or NAPTR record')
const ttl = required('ttl', Type.Integer({ minimum: 0 }), 'Seconds')
const address = (family: string) => required('ip', Type.String(), `${family} address`)
const port = required('port', Type.Integer({ minimum: 0, maximum: 65_535 }), 'Port')
const flags = required('flags', Type.Integer({ minimum: 0 }), '2: permanent')
const statistic = optional('name', Type.String(), 'One counter, or all (the default)')
const reset = optional('reset', Type.Integer({ minimum: 0, maximum: 1 }), '1: set to 0 after reading')
const number = (field: string, help: string) => required(field, Type.Integer({ minimum: 0, maximum: 65_535 }), help)

const cached = { size_bytes: 123, reference_counter: 1, permanent: 'no', expires: 60, last_used: 0, negative_entry: 'no' } as const
const found: DnsCacheEntry = {
  name: 'a.example',
  type: 'A',
  ...cached,
  records: [{ rr_idx: 0, rr_ip: '192.0.2.1', rr_permanent: 'no', rr_expires: 60 }],
}

function deletion(type: string) {
  return {
    parameters: [name],
    result: Nothing,
    help: `Takes the ${type} records of a name out of the DNS cache. 400 Not found, 400 Permanent entries cannot be deleted.`,
    readOnly: false,
    example: { params: ['a.example'] as [string], result: {} },
  }
}

/** The DNS cache and the blocklist. */
export const dnsMethods = {
  'dns.lookup': method<[type: string, name: string]>()('dns.lookup', {
    parameters: [required('type', Type.String(), TYPES), name],
    result: DnsCacheEntry,
    help: 'Looks a name up, in DNS if the cache does not know it. 400 Invalid type, 400 Not found.',
    readOnly: true,
    example: { params: ['A', 'a.example'], result: found },
  }),
  'dns.view': method<[]>()('dns.view', {
    result: Type.Array(DnsCacheEntry),
    help: 'Everything in the DNS cache, what is known not to exist included.',
    readOnly: true,
    example: { params: [], result: [found] },
  }),
  'dns.debug': method<[]>()('dns.debug', {
    result: FlatValues,
    help: 'The DNS cache in seven values an entry: name, number of the type, octets, references, seconds left, seconds since it was used, flags (1: there is none; 2: permanent).',
    readOnly: true,
    example: { params: [], result: ['a.example', 1, 123, 1, 60, 0, 0] },
  }),
  'dns.debug_all': method<[]>()('dns.debug_all', {
    result: FlatValues,
    help: 'The DNS cache in eleven values a record: those of dns.debug with the number of the record after the type, then its kind, its value and the seconds left.',
    readOnly: true,
    example: { params: [], result: ['a.example', 1, 0, 123, 1, 60, 0, 0, 'ip', '192.0.2.1', 60] },
  }),
  'dns.mem_info': method<[]>()('dns.mem_info', {
    result: MemoryUse,
    help: 'Size of the DNS cache in octets.',
    readOnly: true,
    example: { params: [], result: { used: 140, max: 512_000 } },
  }),
  'dns.stats_get': method<[name?: string, reset?: number]>()('dns.stats_get', {
    parameters: [statistic, reset],
    result: NamedCounters,
    help: 'Questions asked of DNS, hits, negative hits, and entries that a full cache lost or refused.',
    readOnly: false,
    example: { params: ['all', 0], result: { dns_req_cnt: 3, dc_hits_cnt: 20, dc_neg_hits_cnt: 1, dc_lru_cnt: 0 } },
  }),
  'dns.delete_all': method<[]>()('dns.delete_all', {
    result: Type.Object({ status: Type.String() }),
    help: 'Empties the DNS cache but for permanent entries.',
    readOnly: false,
    example: { params: [], result: { status: 'ok' } },
  }),
  'dns.delete_all_force': method<[]>()('dns.delete_all_force', {
    result: Type.Object({ status: Type.String() }),
    help: 'Empties the DNS cache, permanent entries included.',
    readOnly: false,
    example: { params: [], result: { status: 'ok' } },
  }),
  'dns.add_a': method<[name: string, ttl: number, ip: string, flags: number]>()('dns.add_a', {
    parameters: [name, ttl, address('IPv4'), flags],
    result: Nothing,
    help: 'Adds an A record to the DNS cache. 400 Malformed ip address.',
    readOnly: false,
    example: { params: ['a.example', 60, '192.0.2.1', 0], result: {} },
  }),
  'dns.add_aaaa': method<[name: string, ttl: number, ip: string, flags: number]>()('dns.add_aaaa', {
    parameters: [name, ttl, address('IPv6'), flags],
    result: Nothing,
    help: 'Adds an AAAA record to the DNS cache. 400 Malformed ip address.',
    readOnly: false,
    example: { params: ['a.example', 60, '2001:db8::1', 0], result: {} },
  }),
  'dns.add_srv': method<[name: string, ttl: number, priority: number, weight: number, port: number, target: string, flags: number]>()(
    'dns.add_srv',
    {
      parameters: [
        name,
        ttl,
        number('priority', 'The lower, the earlier'),
        number('weight', 'Share within its priority'),
        port,
        required('target', Type.String({ minLength: 1 }), 'Host name'),
        flags,
      ],
      result: Nothing,
      help: 'Adds an SRV record to the DNS cache.',
      readOnly: false,
      example: { params: ['_sip._udp.example.com', 60, 10, 20, 5070, 'a.example', 0], result: {} },
    },
  ),
  'dns.delete_a': method<[name: string]>()('dns.delete_a', deletion('A')),
  'dns.delete_aaaa': method<[name: string]>()('dns.delete_aaaa', deletion('AAAA')),
  'dns.delete_srv': method<[name: string]>()('dns.delete_srv', deletion('SRV')),
  'dns.delete_naptr': method<[name: string]>()('dns.delete_naptr', deletion('NAPTR')),
  'dns.delete_cname': method<[name: string]>()('dns.delete_cname', deletion('CNAME')),
  'dns.delete_ptr': method<[name: string]>()('dns.delete_ptr', deletion('PTR')),
  'dns.delete_txt': method<[name: string]>()('dns.delete_txt', deletion('TXT')),
  'dns.delete_ebl': method<[name: string]>()('dns.delete_ebl', deletion('EBL')),
  'dns.set_server_state': method<[state: 0 | 1]>()('dns.set_server_state', {
    parameters: [required('state', UpOrDown, '0: the name servers are down; 1: they are up')],
    result: Nothing,
    help: 'While the name servers are down nobody is asked, and the cache tells what it knows although it has expired.',
    readOnly: false,
    example: { params: [1], result: {} },
  }),
  'dns.get_server_state': method<[]>()('dns.get_server_state', {
    result: UpOrDown,
    help: 'What dns.set_server_state set: 1 unless the name servers were called down.',
    readOnly: true,
    example: { params: [], result: 1 },
  }),
  'dst_blocklist.view': method<[]>()('dst_blocklist.view', {
    result: Type.Array(BlockedDestination),
    help: 'Destinations that are sent nothing for now. 500 unless use_dst_blocklist is on.',
    readOnly: true,
    example: { params: [], result: [{ protocol: 'udp', ip: '192.0.2.1', port: 5060, expires: 42, flags: 16 }] },
  }),
  'dst_blocklist.debug': method<[]>()('dst_blocklist.debug', {
    result: FlatValues,
    help: 'The blocklist in five values a destination: protocol, address, port, seconds left, flags. 500 unless use_dst_blocklist is on.',
    readOnly: true,
    example: { params: [], result: ['udp', '192.0.2.1', 5060, 42, 16] },
  }),
  'dst_blocklist.add': method<[ip: string, port: number, proto: number, flags: number]>()('dst_blocklist.add', {
    parameters: [
      required('ip', Type.String(), 'Address'),
      port,
      required('proto', Type.Integer({ minimum: 0 }), '1 UDP, 2 TCP, 3 TLS'),
      required('flags', Type.Integer({ minimum: 0, maximum: 255 }), 'Reason, as dst_blocklist.view shows it; 128: for ever'),
    ],
    result: Nothing,
    help: 'Puts a destination on the blocklist for dst_blocklist_expire. 400 Malformed ip address, 400 Unknown protocol.',
    readOnly: false,
    example: { params: ['192.0.2.1', 5060, 1, 64], result: {} },
  }),
  'dst_blocklist.delete_all': method<[]>()('dst_blocklist.delete_all', {
    result: Nothing,
    help: 'Empties the blocklist but for permanent entries.',
    readOnly: false,
    example: { params: [], result: {} },
  }),
  'dst_blocklist.mem_info': method<[]>()('dst_blocklist.mem_info', {
    result: MemoryUse,
    help: 'Size of the blocklist in octets.',
    readOnly: true,
    example: { params: [], result: { used: 64, max: 256_000 } },
  }),
  'dst_blocklist.stats_get': method<[name?: string, reset?: number]>()('dst_blocklist.stats_get', {
    parameters: [statistic, reset],
    result: NamedCounters,
    help: 'Requests kept from a listed destination, and destinations that a full list refused.',
    readOnly: false,
    example: { params: ['all', 0], result: { bkl_hit_cnt: 2, bkl_lru_cnt: 0 } },
  }),
}
