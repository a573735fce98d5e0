import { Buffer } from 'node:buffer'
import {
  decode,
  encode,
  RECURSION_DESIRED,
  type Answer,
  type DecodedPacket,
  type Question,
  type SoaAnswer,
  type StringAnswer,
} from 'dns-packet'
import { dnsTypeNumbers, type BranchRecord, type DnsAnswer, type DnsRecord, type DnsType } from '../dns/dns-source.ts'

/** One question about one name: in lower case, without a final dot, and `isDomainName`. */
export interface DnsQuestion {
  readonly type: DnsType
  readonly name: string
}

/**
 * What an answer says. 'truncated': the whole of it comes over TCP only. 'useless': this server cannot tell, another one may.
 * 'alias': `target` must be asked for instead, and what it has holds for `ttl` seconds at most.
 */
export type DnsVerdict =
  | { readonly kind: 'answer'; readonly answer: DnsAnswer<DnsRecord> }
  | { readonly kind: 'alias'; readonly target: string; readonly ttl: number }
  | { readonly kind: 'truncated' | 'useless' }

const HEADER = 12
const NO_ERROR = 0
const NO_SUCH_NAME = 3
const LONGEST_NAME = 253
const LONGEST_LABEL = 63
/** Aliases of aliases that are followed, and records that are taken: a zone may hold more than one request could ever use. */
const MOST_ALIASES = 8
const MOST_RECORDS = 64
/** RFC 2181 8: a TTL with its highest bit set stands for 0. */
const LONGEST_TTL = 2_147_483_647

/** Can the name stand in a question (RFC 1035 2.3.4)? */
export function isDomainName(name: string): boolean {
  return name.length <= LONGEST_NAME && /^[!-~]+$/.test(name) && name.split('.').every((label) => isLabel(label))
}

function isLabel(label: string): boolean {
  return label.length > 0 && label.length <= LONGEST_LABEL
}

/** RFC 1035 4.1 */
export function encodeQuery(id: number, { type, name }: DnsQuestion): Buffer {
  return encode({ type: 'query', id, flags: RECURSION_DESIRED, questions: [{ type: wireType(type), name }] })
}

/** The library knows the common types by name. */
function wireType(type: DnsType): Question['type'] {
  return (type === 'EBL' ? `UNKNOWN_${dnsTypeNumbers.EBL}` : type) as Question['type']
}

/** What `bytes` say about the question of `query`; null: they are no answer to it, somebody else's or forged (RFC 5452 9.1). */
export function readAnswer(bytes: Uint8Array, query: Uint8Array, question: DnsQuestion): DnsVerdict | null {
  if (!answers(bytes, query)) return null
  let packet: DecodedPacket
  try {
    packet = decode(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength))
  } catch {
    // TC is looked at first: what follows may be cut anywhere.
    return { kind: isTruncated(bytes) ? 'truncated' : 'useless' }
  }
  if (packet.flag_tc) return { kind: 'truncated' }
  const code = bytes[3] & 0x0f
  return code === NO_ERROR || code === NO_SUCH_NAME ? judge(packet, question) : { kind: 'useless' }
}

function isTruncated(bytes: Uint8Array): boolean {
  return (bytes[2] & 0x02) !== 0
}

/** A response of the same id with the same question; the case of names does not matter (RFC 4343). */
function answers(bytes: Uint8Array, query: Uint8Array): boolean {
  if (bytes.length < query.length || bytes[0] !== query[0] || bytes[1] !== query[1]) return false
  if ((bytes[2] & 0x80) === 0 || bytes[4] !== 0 || bytes[5] !== 1) return false
  for (let at = HEADER; at < query.length; at++) if (lower(bytes[at]) !== lower(query[at])) return false
  return true
}

function lower(octet: number): number {
  return octet >= 0x41 && octet <= 0x5a ? octet | 0x20 : octet
}

function judge({ answers: found = [], authorities = [], flag_aa: authoritative }: DecodedPacket, question: DnsQuestion): DnsVerdict {
  let owner = question.name
  let ttl = LONGEST_TTL
  let aliased = false
  for (let aliases = 0; aliases <= MOST_ALIASES; aliases++) {
    const here = found.filter((one) => one.name.toLowerCase() === owner && isInternet(one))
    const records = here.flatMap((one) => recordOf(question.type, one, ttl)).slice(0, MOST_RECORDS)
    if (records.length > 0) return { kind: 'answer', answer: { outcome: 'found', records } }
    const alias = here.find((one): one is StringAnswer => one.type === 'CNAME')
    if (alias === undefined) break
    owner = nameIn(alias.data)
    ttl = Math.min(ttl, ttlOf(alias))
    aliased = true
  }
  const soa = authorities.find((one): one is SoaAnswer => one.type === 'SOA')
  if (soa === undefined && aliased) return owner === question.name ? { kind: 'useless' } : { kind: 'alias', target: owner, ttl }
  // RFC 2308 2.2: without a SOA record, NS records point to those who may know.
  if (soa === undefined && !authoritative && authorities.some((one) => one.type === 'NS')) return { kind: 'useless' }
  const absentFor = soa === undefined ? null : Math.min(ttlOf(soa), soa.data.minimum ?? 0)
  return { kind: 'answer', answer: { outcome: 'absent', records: [], ...(absentFor !== null && { absentFor }) } }
}

function isInternet(one: Answer): boolean {
  return 'class' in one && one.class === 'IN'
}

function ttlOf(one: Answer): number {
  const ttl = 'ttl' in one ? (one.ttl ?? 0) : 0
  return ttl > LONGEST_TTL ? 0 : ttl
}

/** The library writes the root as a dot. */
function nameIn(name: string): string {
  return name === '.' ? '' : name.toLowerCase()
}

/** The record as an array of one; empty when it is of another type. `most` limits its TTL. */
function recordOf(type: DnsType, one: Answer, most: number): readonly DnsRecord[] {
  if ((one.type as string) !== wireType(type)) return []
  const ttl = Math.min(ttlOf(one), most)
  switch (one.type) {
    case 'A':
    case 'AAAA':
      return [{ ttl, address: one.data }]
    case 'CNAME':
    case 'PTR':
      return [{ ttl, name: nameIn(one.data) }]
    case 'SRV':
      return [{ ttl, priority: one.data.priority ?? 0, weight: one.data.weight ?? 0, port: one.data.port, target: nameIn(one.data.target) }]
    case 'NAPTR': {
      const { order, preference, flags, services, regexp, replacement } = one.data
      return [{ ttl, order, preference, flags, service: services, regexp, replacement: nameIn(replacement) }]
    }
    case 'TXT':
      return [{ ttl, texts: [one.data].flat().map(String) }]
    default:
      return branchIn((one as { readonly data: Buffer }).data, ttl)
  }
}

/** Position, then the separator with its length before it, then the apex, uncompressed as RFC 3597 4 asks of new types. */
function branchIn(data: Buffer, ttl: number): readonly BranchRecord[] {
  if (data.length < 3 || data.length < 3 + data[1]) return []
  const labels: string[] = []
  let at = 2 + data[1]
  while (at < data.length && data[at] !== 0) {
    if (data[at] > LONGEST_LABEL || at + data[at] >= data.length) return []
    labels.push(data.toString('latin1', at + 1, at + 1 + data[at]))
    at += data[at] + 1
  }
  return [{ ttl, position: data[0], separator: data.toString('latin1', 2, 2 + data[1]), apex: labels.join('.').toLowerCase() }]
}
