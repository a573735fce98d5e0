import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { DatabaseSync } from 'node:sqlite'
import { sampleContact } from '../../test/usrloc/sample-contact.ts'
import { ContactStore } from './contact-store.ts'

const NOW = 1_700_000_000_000
let directory: string
let path: string

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'contact-store-'))
  path = join(directory, 'location.db')
})

afterEach(() => {
  rmSync(directory, { recursive: true })
})

describe('ContactStore', () => {
  it('gives back what was committed, in the same values', () => {
    const contact = {
      ...sampleContact('älice', 1),
      q: 700,
      path: '<sip:p;lr>',
      instance: '<urn:uuid:1>',
      regId: 2,
      cseq: 4_294_967_295,
      attributes: '{}',
    }
    const store = new ContactStore(path)
    store.commit([
      { type: 'put', contact },
      { type: 'put', contact: sampleContact('bob', 1) },
    ])
    store.commit([
      { type: 'remove', ruid: 'r-bob-1' },
      { type: 'put', contact: { ...contact, cseq: 5 } },
    ])
    store.close()
    const again = new ContactStore(path)
    expect(again.load(NOW)).toEqual([{ ...contact, cseq: 5 }])
    again.close()
  })

  it('takes over a file of version 1, which had no attributes', () => {
    const store = new ContactStore(path)
    store.commit([{ type: 'put', contact: sampleContact('bob', 1) }])
    store.close()
    const database = new DatabaseSync(path)
    database.exec('ALTER TABLE location DROP COLUMN attributes; PRAGMA user_version = 1')
    database.close()
    const again = new ContactStore(path)
    expect(again.load(NOW)).toEqual([sampleContact('bob', 1)])
    const marked = { ...sampleContact('bob', 1), cseq: 2, attributes: '{"tier":["gold"]}' }
    again.commit([{ type: 'put', contact: marked }])
    expect(again.load(NOW)).toEqual([marked])
    again.close()
  })

  it('keeps nothing of a batch that fails', () => {
    const store = new ContactStore(path)
    const broken = { ...sampleContact('bob', 2), cseq: Number.NaN }
    expect(() =>
      store.commit([
        { type: 'put', contact: sampleContact('bob', 1) },
        { type: 'put', contact: broken },
      ]),
    ).toThrow()
    expect(store.load(NOW)).toEqual([])
    store.commit([{ type: 'put', contact: sampleContact('bob', 3) }])
    expect(store.load(NOW)).toHaveLength(1)
    store.close()
  })

  it('neither loads nor keeps what has expired', () => {
    const store = new ContactStore(path)
    store.commit([
      { type: 'put', contact: sampleContact('old', 1, NOW - 1) },
      { type: 'put', contact: sampleContact('new', 1, NOW + 1) },
    ])
    expect(store.load(NOW).map((one) => one.aor)).toEqual(['new'])
    expect(store.purge(NOW)).toBe(1)
    expect(store.load(0)).toHaveLength(1)
    store.close()
  })

  it('says in one sentence that another process has the file', () => {
    const store = new ContactStore(path)
    expect(() => new ContactStore(path)).toThrow(
      `The location database ${path} cannot be used: another process has it open. Stop that process, or choose another --data-dir.`,
    )
    store.close()
  })

  it('says in one sentence what is wrong with a file that is no database, damaged, or from a newer version', () => {
    writeFileSync(path, 'this is no database\n'.repeat(100))
    expect(() => new ContactStore(path)).toThrow(/cannot be used: it is no SQLite file\. Restore it/)
    const damaged = join(directory, 'damaged.db')
    const store = new ContactStore(damaged)
    store.commit(Array.from({ length: 500 }, (_, i) => ({ type: 'put', contact: sampleContact(`user${i}`, i) })))
    store.close()
    const raw = new DatabaseSync(damaged)
    raw.exec('PRAGMA writable_schema = 1; PRAGMA user_version = 99')
    raw.close()
    expect(() => new ContactStore(damaged)).toThrow(/it was written by a newer version \(schema 99\)/)
    expect(() => new ContactStore(join(directory, 'no', 'where.db'))).toThrow(
      /it cannot be opened or created\. Check that the directory exists/,
    )
  })

  it('refreshes a binding, and nothing of one that is not there', () => {
    const store = new ContactStore(path)
    const contact = sampleContact('alice', 1)
    const lease = { callId: 'other', cseq: 7, expiresAt: NOW + 9000, lastModified: NOW + 1 }
    store.commit([{ type: 'put', contact }])
    store.commit([
      { type: 'refresh', ruid: contact.ruid, ...lease },
      { type: 'refresh', ruid: 'r-bob-1', ...lease },
    ])
    expect(store.load(NOW)).toEqual([{ ...contact, ...lease }])
    store.close()
  })
})
