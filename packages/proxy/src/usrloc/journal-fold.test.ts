import { describe, expect, it } from 'vitest'
import { sampleContact } from '../../test/usrloc/sample-contact.ts'
import type { ContactChange } from './contact-journal.ts'
import { JournalBatch, journalHeader } from './journal-format.ts'
import { foldJournal } from './journal-fold.ts'

function journal(...batches: readonly (readonly ContactChange[])[]): Uint8Array {
  const batch = new JournalBatch()
  const pieces = [journalHeader()]
  for (const changes of batches) {
    for (const change of changes) batch.add(change)
    pieces.push(batch.bytes.slice(0, batch.finish()))
    batch.clear()
  }
  return Uint8Array.from(pieces.flatMap((piece) => [...piece]))
}

function fold(bytes: Uint8Array): { readonly changes: readonly ContactChange[]; readonly rest: number } {
  const changes: ContactChange[] = []
  const steps = foldJournal('/data/location-0-00000001.journal', bytes)
  let step = steps.next()
  for (; step.done !== true; step = steps.next()) changes.push(...(step.value ?? []))
  return { changes, rest: step.value }
}

const refresh: ContactChange = {
  type: 'refresh',
  ruid: 'r-a-1',
  callId: 'later',
  cseq: 9,
  expiresAt: 1_800_000_000_000,
  lastModified: 1_700_000_000_001,
}
const put = (aor: string, id: number): ContactChange => ({ type: 'put', contact: sampleContact(aor, id) })

describe('a journal of registrations', () => {
  it('gives back every value, whatever its letters and however large its number', () => {
    const contact = {
      ...sampleContact('älice', 1),
      uri: 'sip:älice@[2001:db8::1]:5060;transport=tcp',
      q: 700,
      cseq: 4_294_967_295,
      callId: 'c'.repeat(300),
      userAgent: '電話',
      path: '<sip:p;lr>',
      instance: '<urn:uuid:1>',
      regId: 4_294_967_295,
      flags: 0x8000_0001,
      attributes: '{"tier":["gold"]}',
    }
    expect(fold(journal([{ type: 'put', contact }]))).toEqual({ changes: [{ type: 'put', contact }], rest: 0 })
    const unset = { ...contact, q: -1, received: 'sip:10.0.0.1:9' }
    expect(fold(journal([{ type: 'put', contact: unset }])).changes).toEqual([{ type: 'put', contact: unset }])
  })

  it('gives the last words on each binding only', () => {
    const { changes } = fold(journal([put('a', 1), put('b', 1)], [refresh], [put('c', 1)], [{ type: 'remove', ruid: 'r-b-1' }]))
    expect(changes).toEqual([put('a', 1), refresh, { type: 'remove', ruid: 'r-b-1' }, put('c', 1)])
  })

  it('forgets a refresh that a whole contact followed', () => {
    expect(fold(journal([refresh], [put('a', 1)])).changes).toEqual([put('a', 1)])
  })

  it('lets nothing come back that was removed: a ruid is never given again', () => {
    expect(fold(journal([{ type: 'remove', ruid: 'r-a-1' }], [put('a', 1)])).changes).toEqual([{ type: 'remove', ruid: 'r-a-1' }])
  })

  it('drops a last batch that is not whole, wherever it was cut', () => {
    const whole = journal([put('a', 1)])
    const both = journal([put('a', 1)], [put('b', 1)])
    for (let cut = whole.length; cut < both.length; cut++) {
      expect(fold(both.slice(0, cut))).toEqual({ changes: [put('a', 1)], rest: cut - whole.length })
    }
    expect(fold(both).changes).toHaveLength(2)
  })

  it('drops a batch whose octets have changed', () => {
    const whole = journal([put('a', 1)])
    const bytes = journal([put('a', 1)], [put('b', 1)])
    for (let at = whole.length; at < bytes.length; at += 7) {
      const damaged = bytes.slice()
      damaged[at] ^= 0x20
      expect(fold(damaged).changes).toEqual([put('a', 1)])
    }
  })

  it('takes a file that ends in zeros, as a power cut may leave it', () => {
    const bytes = journal([put('a', 1)])
    const padded = new Uint8Array(bytes.length + 4096)
    padded.set(bytes)
    expect(fold(padded)).toEqual({ changes: [put('a', 1)], rest: 4096 })
  })

  it('takes a file whose header was never written', () => {
    expect(fold(new Uint8Array(0))).toEqual({ changes: [], rest: 0 })
    expect(fold(journalHeader().slice(0, 7))).toEqual({ changes: [], rest: 7 })
  })

  it('refuses a newer version and a foreign file in a sentence', () => {
    const newer = journalHeader()
    newer[newer.length - 1] = 2
    expect(() => fold(newer)).toThrow(
      'The location database /data/location-0-00000001.journal cannot be used: it was written by a newer version (journal 2). Start that version, or move the file away.',
    )
    expect(() => fold(new Uint8Array(100))).toThrow(/it is no journal of registrations/)
  })

  it('gives other work its turn while it reads and while it hands over', () => {
    const bytes = journal(Array.from({ length: 9000 }, (_, i) => put('a', i)))
    const slices = [...foldJournal('x', bytes)]
    expect(slices.filter((slice) => slice === null)).toHaveLength(2)
    expect(Math.max(...slices.map((slice) => slice?.length ?? 0))).toBeLessThanOrEqual(251)
    expect(slices.flatMap((slice) => slice ?? [])).toHaveLength(9000)
  })
})
