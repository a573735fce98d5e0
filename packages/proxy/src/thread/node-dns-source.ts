import { Resolver, type ResolverOptions } from 'node:dns'
import type { CoreParameters } from '../dns/core-parameters.ts'
import type { DnsAnswer, DnsRecord, DnsSource, DnsType, RecordsOf } from '../dns/dns-source.ts'

/** node:dns does not tell the TTL of most records: they are kept this long, in seconds. */
export const UNTOLD_TTL = 60
/** There is a name server, and it says that there is no such name or record. */
const ABSENT: ReadonlySet<string | undefined> = new Set(['ENOTFOUND', 'ENODATA'])

type Tell = <F>(record: (one: F) => DnsRecord) => (error: NodeJS.ErrnoException | null, found: readonly F[]) => void

/** DNS as Node.js finds it, for systems whose name servers we do not know. */
export class NodeDnsSource implements DnsSource {
  readonly #params: Readonly<CoreParameters>
  readonly #make: (options: ResolverOptions) => Resolver
  #resolver: Resolver | null = null
  /** The parameters that the resolver was made with. */
  #made = ''

  constructor(params: Readonly<CoreParameters>, make = (options: ResolverOptions): Resolver => new Resolver(options)) {
    this.#params = params
    this.#make = make
  }

  ask<T extends DnsType>(type: T, name: string, done: (answer: DnsAnswer<RecordsOf[T]>) => void): void {
    const tell: Tell = (record) => (error, found) => {
      const records = error === null ? found.map(record) : []
      const outcome = records.length > 0 ? 'found' : error === null || ABSENT.has(error.code) ? 'absent' : 'failed'
      done({ outcome, records: records as RecordsOf[T][] })
    }
    resolve(this.#current(), type, name, tell)
  }

  /** The parameters may change while running, a resolver's patience may not. */
  #current(): Resolver {
    const { dns_retr_time: time, dns_retr_no: again } = this.#params
    const made = `${time} ${again}`
    if (this.#resolver !== null && this.#made === made) return this.#resolver
    this.#resolver = this.#make({ timeout: time > 0 ? time * 1000 : -1, tries: again >= 0 ? again + 1 : 4 })
    this.#made = made
    return this.#resolver
  }
}

function resolve(resolver: Resolver, type: DnsType, name: string, tell: Tell): void {
  const ttl = UNTOLD_TTL
  switch (type) {
    case 'A':
      return void resolver.resolve4(
        name,
        { ttl: true },
        tell((record) => record),
      )
    case 'AAAA':
      return void resolver.resolve6(
        name,
        { ttl: true },
        tell((record) => record),
      )
    case 'SRV':
      return void resolver.resolveSrv(
        name,
        tell((record) => ({ ttl, ...record, target: record.name })),
      )
    case 'NAPTR':
      return void resolver.resolveNaptr(
        name,
        tell((record) => ({ ttl, ...record })),
      )
    case 'CNAME':
      return void resolver.resolveCname(
        name,
        tell((target) => ({ ttl, name: target })),
      )
    case 'PTR':
      return void resolver.resolvePtr(
        name,
        tell((target) => ({ ttl, name: target })),
      )
    case 'TXT':
      return void resolver.resolveTxt(
        name,
        tell((texts) => ({ ttl, texts })),
      )
    case 'EBL':
      return tell((record: DnsRecord) => record)(null, [])
  }
}
