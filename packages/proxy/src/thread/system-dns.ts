import { readFileSync } from 'node:fs'
import type { Clock } from '../clock/clock.ts'
import type { CoreParameters } from '../dns/core-parameters.ts'
import type { AddressRecord, DnsAnswer, DnsRecord, DnsSource, DnsType, RecordsOf } from '../dns/dns-source.ts'
import { HostsFile } from './hosts-file.ts'
import { NameServerSource } from './name-server-source.ts'
import { NodeDnsSource, UNTOLD_TTL } from './node-dns-source.ts'
import { parseResolvConf, type NameServer, type ResolvConf } from './resolv-conf.ts'
import { SystemResolver } from './system-resolver.ts'

const RESOLV_CONF = '/etc/resolv.conf'
/** It is read again after this time, in ms. */
const RESOLV_CONF_AGE = 5000

export interface SystemDnsWorld {
  readonly params: Readonly<CoreParameters>
  readonly clock: Clock
  /** Begins a turn for an answer that comes later. */
  readonly run: (work: () => void) => void
  /** Name servers to ask instead of the system's; none: those of the system. */
  readonly servers: readonly NameServer[]
}

/**
 * DNS as this machine has it. Addresses: the hosts file, then the name servers, then, for what they do not know, the system's own
 * resolver, which may know other ways. Where the system names no servers node:dns looks for them.
 */
export class SystemDns implements DnsSource {
  readonly #world: SystemDnsWorld
  readonly #hosts: HostsFile
  readonly #direct: DnsSource
  readonly #indirect: DnsSource
  readonly #system = new SystemResolver()
  #conf: ResolvConf
  #confRead = -Infinity

  constructor(world: SystemDnsWorld) {
    this.#world = world
    this.#hosts = new HostsFile(world.clock)
    this.#conf = parseResolvConf('')
    this.#direct = new NameServerSource(world.params, () => this.#current())
    this.#indirect = new NodeDnsSource(world.params)
  }

  ask<T extends DnsType>(type: T, name: string, done: (answer: DnsAnswer<RecordsOf[T]>) => void): void {
    const { run } = this.#world
    const tell = done as (answer: DnsAnswer<DnsRecord>) => void
    const family = type === 'A' ? 4 : type === 'AAAA' ? 6 : null
    const told = family === null ? null : this.#inHosts(name, family)
    if (told !== null) return tell(told)
    const source = this.#current().servers.length > 0 ? this.#direct : this.#indirect
    source.ask(type, name, (answer) => {
      if (answer.outcome === 'found' || family === null || !this.#asksSystem()) return run(() => tell(answer))
      this.#system.addresses(name, family, (addresses) => {
        const records = addresses.map((address) => ({ ttl: UNTOLD_TTL, address }))
        run(() => tell(records.length > 0 ? { outcome: 'found', records } : answer))
      })
    })
  }

  /** Whoever names the servers wants them asked, and no others. */
  #asksSystem(): boolean {
    return this.#world.params.dns_use_search_list !== 0 && this.#world.servers.length === 0
  }

  #inHosts(name: string, family: 4 | 6): DnsAnswer<AddressRecord> | null {
    const addresses = this.#hosts.addresses(name)
    if (addresses === undefined) return null
    const ofFamily = addresses.filter((address) => address.includes(':') === (family === 6))
    const records = ofFamily.map((address) => ({ ttl: this.#hosts.ttl, address }))
    return { outcome: records.length > 0 ? 'found' : 'absent', records }
  }

  #current(): ResolvConf {
    const now = this.#world.clock.now()
    if (now - this.#confRead <= RESOLV_CONF_AGE) return this.#conf
    this.#confRead = now
    const { servers } = this.#world
    const conf = parseResolvConf(textOf(RESOLV_CONF))
    this.#conf = servers.length > 0 ? { ...conf, servers } : conf
    return this.#conf
  }
}

/** Without the file there is nothing that it says. */
function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
