import { suggestion } from '../nearest-name.ts'

/** One parameter of the core: DNS, failover, blocklist as in Kamailio (script-reference 2.5, tm-reference 2.5), what is recorded, overload. */
export interface CoreParameterSpec {
  readonly name: keyof CoreParameters
  readonly initial: number
  readonly min: number
  readonly max: number
  readonly unit?: 's' | 'KB' | '%'
  readonly help: string
}

/** The parameters' values, by their Kamailio names where it has them: times in seconds, sizes in KB, switches 0 or 1. They may change while running. */
export interface CoreParameters {
  dns_try_ipv6: number
  dns_try_naptr: number
  dns_naptr_ignore_rfc: number
  dns_udp_pref: number
  dns_tcp_pref: number
  dns_tls_pref: number
  dns_srv_lb: number
  dns_retr_time: number
  dns_retr_no: number
  dns_use_search_list: number
  use_dns_cache: number
  dns_cache_flags: number
  dns_cache_negative_ttl: number
  dns_cache_min_ttl: number
  dns_cache_max_ttl: number
  dns_cache_mem: number
  dns_cache_del_nonexp: number
  use_dns_failover: number
  use_dst_blocklist: number
  dst_blocklist_expire: number
  dst_blocklist_mem: number
  dst_blocklist_udp_imask: number
  dst_blocklist_tcp_imask: number
  dst_blocklist_tls_imask: number
  recorded_transactions: number
  overload_control: number
  overload_start: number
  overload_target: number
  overload_retry_after: number
  transaction_mem: number
}

const INT = 2_147_483_647

function flag(name: keyof CoreParameters, initial: number, help: string): CoreParameterSpec {
  return { name, initial, min: 0, max: 1, help }
}

function seconds(name: keyof CoreParameters, initial: number, help: string, min = 0): CoreParameterSpec {
  return { name, initial, min, max: INT, unit: 's', help }
}

function number(name: keyof CoreParameters, initial: number, range: readonly [number, number], help: string): CoreParameterSpec {
  return { name, initial, min: range[0], max: range[1], help }
}

function percent(name: keyof CoreParameters, initial: number, help: string): CoreParameterSpec {
  return { name, initial, min: 1, max: 100, unit: '%', help }
}

/** All of them with Kamailio's defaults. All can be changed while running. */
export const coreParameters: readonly CoreParameterSpec[] = [
  flag('dns_try_ipv6', 1, 'ask for AAAA records too, where a listener has an IPv6 address'),
  flag('dns_try_naptr', 0, 'let the NAPTR records of a domain choose the transport'),
  flag('dns_naptr_ignore_rfc', 1, 'the dns_*_pref go before the order of NAPTR records'),
  number('dns_udp_pref', 30, [-INT, INT], 'preference of UDP where DNS leaves the choice, the higher the better; negative: never'),
  number('dns_tcp_pref', 20, [-INT, INT], 'preference of TCP where DNS leaves the choice, the higher the better; negative: never'),
  number('dns_tls_pref', 10, [-INT, INT], 'preference of TLS where DNS leaves the choice, the higher the better; negative: never'),
  flag('dns_srv_lb', 0, 'spread load over SRV records by their weights; 0: the heaviest goes first'),
  seconds('dns_retr_time', -1, 'wait for a name server before it is asked again; -1: as the system', -1),
  number('dns_retr_no', -1, [-1, 64], 'times that a name server is asked again; -1: as the system'),
  flag('dns_use_search_list', 1, 'look for short names in the search list, and ask the system for names that DNS does not know'),
  flag('use_dns_cache', 1, 'keep the answers of DNS'),
  number('dns_cache_flags', 0, [0, 7], '1: only A records; 2: only AAAA records; 4: IPv6 addresses first'),
  seconds('dns_cache_negative_ttl', 60, 'longest time that "no such name" is kept'),
  seconds('dns_cache_min_ttl', 0, 'records are kept at least so long'),
  seconds('dns_cache_max_ttl', INT, 'records are kept at most so long'),
  { name: 'dns_cache_mem', initial: 500, min: 0, max: INT, unit: 'KB', help: 'size of the DNS cache' },
  flag('dns_cache_del_nonexp', 0, 'a full cache gives up its oldest records; 0: it takes no new ones until some expire'),
  flag('use_dns_failover', 0, 'try the next address of a name when one fails'),
  flag('use_dst_blocklist', 0, 'send nothing for a while to destinations that failed'),
  seconds('dst_blocklist_expire', 60, 'time that a destination stays on the blocklist'),
  { name: 'dst_blocklist_mem', initial: 250, min: 0, max: INT, unit: 'KB', help: 'size of the blocklist' },
  number('dst_blocklist_udp_imask', 0, [0, 255], 'events that do not blocklist a UDP destination (bitmap)'),
  number('dst_blocklist_tcp_imask', 0, [0, 255], 'events that do not blocklist a TCP destination (bitmap)'),
  number('dst_blocklist_tls_imask', 0, [0, 255], 'events that do not blocklist a TLS destination (bitmap)'),
  number(
    'recorded_transactions',
    50,
    [0, 100_000],
    'ours: transactions a second recorded for the console before calls are left out; 0: none',
  ),
  flag('overload_control', 1, 'ours: a saturated SIP thread refuses new requests with 503, as many as it has to'),
  percent('overload_start', 98, 'ours: refusing begins when a SIP thread was so busy for four tenths of a second'),
  percent('overload_target', 90, 'ours: while refusing, so busy is the SIP thread to be; the rest is for what cannot be refused'),
  {
    name: 'overload_retry_after',
    initial: 5,
    min: 1,
    max: 3600,
    unit: 's',
    help: 'ours: least Retry-After of the 503; up to twice as much is given, so that phones do not come back together',
  },
  {
    name: 'transaction_mem',
    initial: 524_288,
    min: 1,
    max: INT,
    unit: 'KB',
    help: 'ours: most memory for the stored messages of a SIP thread; above it new requests get 503, calls that it has taken go on',
  },
]

export const coreDefaults: Readonly<CoreParameters> = Object.freeze(
  Object.fromEntries(coreParameters.map((spec) => [spec.name, spec.initial])) as unknown as CoreParameters,
)

/** A parameter that does not exist or a value outside of its range; `message` says which and what is allowed. */
export class CoreParameterError extends Error {
  override readonly name = 'CoreParameterError'
}

const switches: Readonly<Record<string, number>> = { yes: 1, on: 1, true: 1, no: 0, off: 0, false: 0 }

/** Checks `value` for the parameter `name`; numbers may come as text, switches as yes or no. Throws CoreParameterError. */
export function coreParameterValue(name: string, value: number | string): number {
  const spec = coreParameters.find((candidate) => candidate.name === name)
  if (spec === undefined) throw new CoreParameterError(`core has no parameter '${name}'${suggestion(name, coreParameters)}`)
  const { min, max } = spec
  const isSwitch = min === 0 && max === 1
  const parsed = typeof value === 'number' ? value : ((isSwitch ? switches[value.toLowerCase()] : undefined) ?? wholeNumber(value))
  if (Number.isInteger(parsed) && parsed >= min && parsed <= max) return parsed
  throw new CoreParameterError(
    `core parameter '${name}' must be an integer from ${min} to ${max}${spec.unit === undefined ? '' : ` (${spec.unit})`}, not '${value}'`,
  )
}

function wholeNumber(text: string): number {
  return text.trim() === '' ? Number.NaN : Number(text)
}

/** Defaults overlaid with `settings`, as an object of its own that may be changed. Throws CoreParameterError. */
export function coreParametersFrom(settings: Readonly<Record<string, number | string>>): CoreParameters {
  const values: Record<string, number> = { ...coreDefaults }
  for (const [name, value] of Object.entries(settings)) values[name] = coreParameterValue(name, value)
  return values as unknown as CoreParameters
}
