import type {
  AddressRecord,
  DnsAnswer,
  DnsRecord,
  DnsSource,
  DnsType,
  NaptrRecord,
  RecordsOf,
  SrvRecord,
} from '../../src/dns/dns-source.ts'

/** Records by `TYPE name`; 'failed': the servers do not answer. What is not listed does not exist. */
export type DnsZone = Readonly<Record<string, readonly DnsRecord[] | 'failed'>>

/** A records of 60 s for names with one address each. */
export function zoneOfHosts(names: Readonly<Record<string, string>>): DnsZone {
  return Object.fromEntries(Object.entries(names).map(([name, address]) => [`A ${name.toLowerCase()}`, [{ ttl: 60, address }]]))
}

/** A records, all of one TTL. */
export function addresses(ttl: number, ...list: readonly string[]): readonly AddressRecord[] {
  return list.map((address) => ({ ttl, address }))
}

export function srv(target: string, port: number, priority = 10, weight = 10): SrvRecord {
  return { ttl: 60, priority, weight, port, target }
}

export function naptr(service: string, replacement: string, order = 10, preference = 10): NaptrRecord {
  return { ttl: 60, order, preference, flags: 's', service, regexp: '', replacement }
}

export function isAddress(text: string): boolean {
  return text.includes(':') || /^[\d.]+$/.test(text)
}

/** DNS as a test wants it. `deliver` decides when an answer arrives. */
export class ScriptedDns implements DnsSource {
  /** What was asked, in order: `TYPE name`. */
  readonly questions: string[] = []
  zone: DnsZone
  /** Seconds that "there is none" holds, by its SOA record. */
  absentFor: number | undefined
  readonly #deliver: (answer: () => void) => void

  constructor(zone: DnsZone, deliver: (answer: () => void) => void = (answer) => answer()) {
    this.zone = zone
    this.#deliver = deliver
  }

  ask<T extends DnsType>(type: T, name: string, done: (answer: DnsAnswer<RecordsOf[T]>) => void): void {
    const question = `${type} ${name}`
    this.questions.push(question)
    const known = this.zone[question]
    this.#deliver(() => {
      if (known === 'failed') done({ outcome: 'failed', records: [] })
      else if (known === undefined)
        done({ outcome: 'absent', records: [], ...(this.absentFor !== undefined && { absentFor: this.absentFor }) })
      else done({ outcome: 'found', records: known as readonly RecordsOf[T][] })
    })
  }
}
