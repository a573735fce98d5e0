import { expect, it } from 'vitest'
import { sampleContact } from '../../test/usrloc/sample-contact.ts'
import { AppendedJournal, type JournalFile } from './appended-journal.ts'

/** A file whose disk answers when it is told to. */
class FakeFile implements JournalFile {
  readonly lengths: number[] = []
  readonly syncs: ((ok: boolean) => void)[] = []
  full = false

  append(_bytes: Uint8Array, length: number): boolean {
    if (!this.full) this.lengths.push(length)
    return !this.full
  }

  sync(done: (ok: boolean) => void): void {
    this.syncs.push(done)
  }
}

function setUp(syncFirst: boolean) {
  const file = new FakeFile()
  const told: string[] = []
  let wanted = 0
  const journal = new AppendedJournal(file, { syncFirst, wantFlush: () => void wanted++ })
  const append = (name: string): void =>
    journal.append([{ type: 'put', contact: sampleContact(name, 1) }], (ok) => void told.push(`${name} ${ok ? 'kept' : 'lost'}`))
  return { file, told, journal, append, wanted: () => wanted }
}

it('writes what a turn brought by one call, and tells only then', () => {
  const { file, told, journal, append, wanted } = setUp(false)
  append('a')
  append('b')
  expect([wanted(), journal.pending, told, file.lengths]).toEqual([1, 2, [], []])
  journal.flush()
  expect([journal.pending, told, file.lengths.length]).toEqual([0, ['a kept', 'b kept'], 1])
  append('c')
  journal.flush()
  expect([wanted(), told.at(-1), file.lengths.length]).toEqual([2, 'c kept', 2])
})

it('keeps nothing of a batch that cannot be written, and goes on with the next', () => {
  const { file, told, journal, append } = setUp(false)
  file.full = true
  append('a')
  append('b')
  journal.flush()
  file.full = false
  append('c')
  journal.flush()
  expect(told).toEqual(['a lost', 'b lost', 'c kept'])
  const alone = setUp(false)
  alone.append('c')
  alone.journal.flush()
  expect(file.lengths).toEqual(alone.file.lengths)
})

it('writes a batch larger than its buffer', () => {
  const { file, told, journal, append } = setUp(false)
  for (let i = 0; i < 2000; i++) append(`user${i}`)
  journal.flush()
  expect(told).toHaveLength(2000)
  expect(file.lengths).toEqual([expect.any(Number)])
  expect(file.lengths[0]).toBeGreaterThan(128 * 1024)
})

it('waits for the disk when it is told to; what comes meanwhile shares the next sync', () => {
  const { file, told, journal, append } = setUp(true)
  for (const name of ['a', 'b', 'c']) {
    append(name)
    journal.flush()
  }
  expect([told, file.syncs.length, journal.pending]).toEqual([[], 1, 3])
  file.syncs[0](true)
  expect([told, file.syncs.length, journal.pending]).toEqual([['a kept'], 2, 2])
  file.syncs[1](false)
  expect(told).toEqual(['a kept', 'b lost', 'c lost'])
})
