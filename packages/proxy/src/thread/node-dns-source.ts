import { lookup, Resolver } from 'node:dns'
import { readFileSync } from 'node:fs'
import type { Clock } from '../clock/clock.ts'
import type { CoreParameters } from '../dns/core-parameters.ts'
import type { AddressRecord, DnsAnswer, DnsRecord, DnsSource } from '../dns/dns-source.ts'
import { parseHosts } from './hosts-file.ts'

/** node:dns does not tell the TTL of SRV and NAPTR records, nor of what the system's resolver says: they are kept this long, in seconds. */
const UNTOLD_TTL = 60
/** The hosts file is read again after this time, in ms. */
const HOSTS_AGE = 5000
const HOSTS_FILE = '/etc/hosts'
/** There is a name server, and it says that there is no such name or record. */
const ABSENT: ReadonlySet<string | undefined> = new Set(['ENOTFOUND', 'ENODATA'])

type Family = 4 | 6

/** Hosts file, DNS servers of the system, and for unknown names the system's resolver with its search list. `run` begins a turn. */
export class NodeDnsSource implements DnsSource {
  readonly #params: CoreParameters
  readonly #clock: Clock
  readonly #run: (work: () => void) => void
  readonly #servers: readonly string[]
  #resolver: Resolver | null = null
  /** The parameters that the resolver was made with. */
  #made = ''
  #hosts: ReadonlyMap<string, readonly string[]> = new Map()
  #hostsRead = -Infinity

  /** `servers`: `address:port` of the name servers to ask; none: those of the system. */
  constructor(params: CoreParameters, clock: Clock, run: (work: () => void) => void, servers: readonly string[] = []) {
    this.#params = params
    this.#clock = clock
    this.#run = run
    this.#servers = servers
  }

  /** The parameters may change while running, a resolver's patience may not. */
  #current(): Resolver {
    const { dns_retr_time: time, dns_retr_no: again } = this.#params
    const made = `${time} ${again}`
    if (this.#resolver !== null && this.#made === made) return this.#resolver
    const resolver = new Resolver({ timeout: time > 0 ? time * 1000 : -1, tries: again >= 0 ? again + 1 : 4 })
    if (this.#servers.length > 0) resolver.setServers(this.#servers)
    this.#resolver = resolver
    this.#made = made
    return resolver
  }

  naptr(name: string, done: Parameters<DnsSource['naptr']>[1]): void {
    this.#current().resolveNaptr(name, (error, found) => this.#tell(error, found, (record) => ({ ttl: UNTOLD_TTL, ...record }), done))
  }

  srv(name: string, done: Parameters<DnsSource['srv']>[1]): void {
    this.#current().resolveSrv(name, (error, found) =>
      this.#tell(error, found, (record) => ({ ttl: UNTOLD_TTL, ...record, target: record.name }), done),
    )
  }

  a(name: string, done: Parameters<DnsSource['a']>[1]): void {
    if (this.#inHosts(name, 4, done)) return
    this.#current().resolve4(name, { ttl: true }, (error, found) => {
      if (error !== null && this.#params.dns_use_search_list !== 0) this.#askSystem(name, 4, error, done)
      else this.#tell(error, found, (record) => record, done)
    })
  }

  aaaa(name: string, done: Parameters<DnsSource['aaaa']>[1]): void {
    if (this.#inHosts(name, 6, done)) return
    this.#current().resolve6(name, { ttl: true }, (error, found) => {
      if (error !== null && this.#params.dns_use_search_list !== 0) this.#askSystem(name, 6, error, done)
      else this.#tell(error, found, (record) => record, done)
    })
  }

  /** What stands in the hosts file is answered at once. */
  #inHosts(name: string, family: Family, done: (answer: DnsAnswer<AddressRecord>) => void): boolean {
    const now = this.#clock.now()
    if (now - this.#hostsRead > HOSTS_AGE) {
      this.#hostsRead = now
      this.#hosts = readHosts()
    }
    const addresses = this.#hosts.get(name)
    if (addresses === undefined) return false
    const records = addresses
      .filter((address) => address.includes(':') === (family === 6))
      .map((address) => ({ ttl: HOSTS_AGE / 1000, address }))
    done({ outcome: records.length > 0 ? 'found' : 'absent', records })
    return true
  }

  #askSystem(name: string, family: Family, first: NodeJS.ErrnoException, done: (answer: DnsAnswer<AddressRecord>) => void): void {
    lookup(name, { family, all: true }, (error, found) =>
      this.#tell(error === null ? null : first, found ?? [], ({ address }) => ({ ttl: UNTOLD_TTL, address }), done),
    )
  }

  #tell<F, R extends DnsRecord>(
    error: NodeJS.ErrnoException | null,
    found: readonly F[],
    record: (one: F) => R,
    done: (answer: DnsAnswer<R>) => void,
  ): void {
    const records = error === null ? found.map(record) : []
    const outcome = records.length > 0 ? 'found' : error === null || ABSENT.has(error.code) ? 'absent' : 'failed'
    this.#run(() => done({ outcome, records }))
  }
}

function readHosts(): ReadonlyMap<string, readonly string[]> {
  try {
    return parseHosts(readFileSync(HOSTS_FILE, 'utf8'))
  } catch {
    // Without a hosts file every name is asked of DNS.
    return new Map()
  }
}
