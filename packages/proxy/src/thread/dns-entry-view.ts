import type { DnsEntry } from '../dns/dns-cache.ts'
import { dnsTypeNumbers, type DnsRecord } from '../dns/dns-source.ts'

const NEGATIVE = 1
const PERMANENT = 2

/** An entry of the DNS cache as dns.lookup and dns.view show it (shapes of Kamailio 5.6.3). */
export function viewOf(entry: DnsEntry, now: number): object {
  const permanent = entry.permanent ? 'yes' : 'no'
  const expires = secondsLeft(entry, now)
  const records = entry.records.map((record, i) => ({ rr_idx: i, ...fieldsOf(record), rr_permanent: permanent, rr_expires: expires }))
  return {
    name: entry.name,
    type: entry.type,
    size_bytes: entry.size,
    reference_counter: 1,
    permanent,
    expires,
    last_used: secondsUnused(entry, now),
    negative_entry: records.length === 0 ? 'yes' : 'no',
    ...(records.length > 0 && { records }),
  }
}

/** Values in the order of dns.debug: name, type, octets, references, seconds left, seconds unused, flags (1 negative, 2 permanent). */
export function debugOf(entry: DnsEntry, now: number): readonly (string | number)[] {
  const { name, type, size } = entry
  return [name, dnsTypeNumbers[type], size, 1, debugExpiry(entry, now), secondsUnused(entry, now), flagsOf(entry)]
}

/** Values in the order of dns.debug_all: for each record those of its entry with the record's number, then kind, value, seconds left. */
export function debugRecordsOf(entry: DnsEntry, now: number): readonly (string | number)[] {
  const { name, type, size } = entry
  const expiry = debugExpiry(entry, now)
  return entry.records.flatMap((record, i) => [
    ...[name, dnsTypeNumbers[type], i, size, 1, expiry, secondsUnused(entry, now), flagsOf(entry)],
    ...[type === 'A' || type === 'AAAA' ? 'ip' : type.toLowerCase(), valueOf(record), expiry],
  ])
}

function flagsOf({ records, permanent }: DnsEntry): number {
  return (records.length === 0 ? NEGATIVE : 0) | (permanent ? PERMANENT : 0)
}

function secondsLeft({ permanent, expires }: DnsEntry, now: number): number {
  return permanent ? 0 : Math.ceil((expires - now) / 1000)
}

function debugExpiry(entry: DnsEntry, now: number): number {
  return entry.permanent ? -1 : secondsLeft(entry, now)
}

function secondsUnused({ lastUsed }: DnsEntry, now: number): number {
  return Math.floor((now - lastUsed) / 1000)
}

function fieldsOf(record: DnsRecord): object {
  if ('address' in record) return { rr_ip: record.address }
  if ('name' in record) return { rr_name: record.name }
  if ('texts' in record) return { txt: record.texts.map((text, idx) => ({ idx, rr_txt: text })) }
  if ('apex' in record) return { rr_position: record.position, rr_separator: record.separator, rr_apex: record.apex }
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

function valueOf(record: DnsRecord): string {
  if ('address' in record) return record.address
  if ('name' in record) return record.name
  if ('texts' in record) return record.texts[0] ?? ''
  if ('apex' in record) return record.apex
  return 'target' in record ? record.target : record.replacement
}
