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

/** Records by the name of their type. */
export interface RecordsOf {
  readonly A: AddressRecord
  readonly AAAA: AddressRecord
  readonly SRV: SrvRecord
  readonly NAPTR: NaptrRecord
}

export type DnsType = keyof RecordsOf

export type DnsRecord = RecordsOf[DnsType]

/** 'absent': there is no such name or record. 'failed': nobody could tell. `records` is empty in both cases. */
export interface DnsAnswer<R extends DnsRecord> {
  readonly outcome: 'found' | 'absent' | 'failed'
  readonly records: readonly R[]
}

/** Asks DNS for the records of one type; `done` is called exactly once, at once or later. */
export type AskDns<R extends DnsRecord> = (name: string, done: (answer: DnsAnswer<R>) => void) => void

/** Where records come from. Names come in lower case and without a final dot. */
export interface DnsSource {
  readonly naptr: AskDns<NaptrRecord>
  readonly srv: AskDns<SrvRecord>
  readonly a: AskDns<AddressRecord>
  readonly aaaa: AskDns<AddressRecord>
}
