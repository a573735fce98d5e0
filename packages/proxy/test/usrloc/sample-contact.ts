import { ALL_METHODS, type Contact } from '../../src/usrloc/contact.ts'

/** A binding for tests. */
export function sampleContact(aor: string, id: number, expiresAt = 1_700_003_600_000): Contact {
  return {
    table: 'location',
    aor,
    uri: `sip:${aor}@10.0.0.${id}`,
    ruid: `r-${aor}-${id}`,
    expiresAt,
    q: -1,
    callId: `call-${id}`,
    cseq: id,
    userAgent: 'sample',
    received: '',
    path: '',
    socket: 'udp:127.0.0.1:5060',
    source: 'udp:10.0.0.1:5060',
    flags: 0,
    branchFlags: 0,
    methods: ALL_METHODS,
    instance: '',
    regId: 0,
    attributes: '',
    lastModified: 1_700_000_000_000,
  }
}
