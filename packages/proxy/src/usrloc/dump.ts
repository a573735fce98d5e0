import type { LocationContact, LocationDump } from '@signalbox/contract'
import type { Contact } from './contact.ts'
import type { Location, LocationRecord } from './location.ts'

const SLOTS = 1024

/** `ul.dump` (control-reference 3.1). `now`: Unix milliseconds. */
export function dumpLocation(location: Location, now: number, brief: boolean): LocationDump {
  const domains = [...location.tables()].map(([name, records]) => ({ Domain: dumpTable(name, records, now, brief) }))
  return { Domains: domains.length > 0 ? domains : [{ Domain: dumpTable('location', [], now, brief) }] }
}

type DumpedTable = LocationDump['Domains'][number]['Domain']

function dumpTable(name: string, records: Iterable<LocationRecord>, now: number, brief: boolean): DumpedTable {
  const aors: DumpedTable['AoRs'] = []
  const perSlot = new Uint32Array(SLOTS)
  for (const record of records) {
    if (record.contacts.length === 0) continue
    const hash = hashOf(record.aor)
    perSlot[hash & (SLOTS - 1)]++
    if (brief) aors.push({ AoR: record.aor })
    else
      aors.push({ Info: { AoR: record.aor, HashID: hash, Contacts: record.contacts.map((one) => ({ Contact: dumpContact(one, now) })) } })
  }
  return { Domain: name, Size: SLOTS, AoRs: aors, Stats: { Records: aors.length, 'Max-Slots': Math.max(...perSlot) } }
}

/** One binding in the keys and order of `ul.dump`. */
function dumpContact(contact: Contact, now: number): LocationContact {
  const left = Math.ceil((contact.expiresAt - now) / 1000)
  return {
    Address: contact.uri,
    Expires: left > 0 ? left : 'expired',
    Q: contact.q < 0 ? -1 : contact.q / 1000,
    'Call-ID': contact.callId,
    CSeq: contact.cseq,
    'User-Agent': orNotSet(contact.userAgent),
    Received: orNotSet(contact.received),
    Path: orNotSet(contact.path),
    // In memory only what the store has committed is to be seen.
    State: 'CS_SYNC',
    Flags: contact.flags,
    CFlags: contact.branchFlags,
    Socket: orNotSet(contact.socket),
    Methods: contact.methods,
    Ruid: contact.ruid,
    Instance: orNotSet(contact.instance),
    'Reg-Id': contact.regId,
    'Server-Id': 0,
    'Tcpconn-Id': -1,
    Keepalive: 0,
    'Last-Keepalive': Math.floor(contact.lastModified / 1000),
    'KA-Roundtrip': 0,
    'Last-Modified': Math.floor(contact.lastModified / 1000),
  }
}

function orNotSet(text: string): string {
  return text === '' ? '[not set]' : text
}

/** FNV-1a: only has to be stable and well spread. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return hash >>> 0
}
