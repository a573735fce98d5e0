/** An A or AAAA record. */
export interface AddressRecord {
  /** Seconds. */
  readonly ttl: number
  /** IPv6 without brackets. */
  readonly address: string
}

/** RFC 2782 */
export interface SrvRecord {
  /** Seconds. */
  readonly ttl: number
  readonly priority: number
  readonly weight: number
  readonly port: number
  /** Without its final dot; `.` or '': the service is decidedly not offered. */
  readonly target: string
}

/** RFC 3403 */
export interface NaptrRecord {
  /** Seconds. */
  readonly ttl: number
  readonly order: number
  readonly preference: number
  readonly flags: string
  /** `SIP+D2U` and its like (RFC 3263 4.1). */
  readonly service: string
  readonly regexp: string
  readonly replacement: string
}

/** A CNAME or PTR record. */
export interface NameRecord {
  /** Seconds. */
  readonly ttl: number
  /** Without its final dot. */
  readonly name: string
}

export interface TextRecord {
  /** Seconds. */
  readonly ttl: number
  readonly texts: readonly string[]
}

/** Where an ENUM tree branches off (EBL, type 65300). */
export interface BranchRecord {
  /** Seconds. */
  readonly ttl: number
  readonly position: number
  readonly separator: string
  readonly apex: string
}

/** Records by the name of their type. */
export interface RecordsOf {
  readonly A: AddressRecord
  readonly AAAA: AddressRecord
  readonly SRV: SrvRecord
  readonly NAPTR: NaptrRecord
  readonly CNAME: NameRecord
  readonly PTR: NameRecord
  readonly TXT: TextRecord
  readonly EBL: BranchRecord
}

export type DnsType = keyof RecordsOf

export type DnsRecord = RecordsOf[DnsType]

/** What goes over the wire for each type. */
export const dnsTypeNumbers: Readonly<Record<DnsType, number>> = {
  A: 1,
  CNAME: 5,
  PTR: 12,
  TXT: 16,
  AAAA: 28,
  SRV: 33,
  NAPTR: 35,
  EBL: 65_300,
}

/** 'absent': there is no such name or record. 'failed': nobody could tell. `records` is empty in both cases. */
export interface DnsAnswer<R extends DnsRecord> {
  readonly outcome: 'found' | 'absent' | 'failed'
  readonly records: readonly R[]
  /** Seconds that 'absent' holds (RFC 2308 5); without it nobody told. */
  readonly absentFor?: number
}

/** Where records come from. Names come in lower case and without a final dot; `done` is called exactly once, at once or later. */
export interface DnsSource {
  ask<T extends DnsType>(type: T, name: string, done: (answer: DnsAnswer<RecordsOf[T]>) => void): void
}
