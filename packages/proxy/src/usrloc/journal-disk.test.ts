import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import process from 'node:process'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { sampleContact } from '../../test/usrloc/sample-contact.ts'
import { writeJournal } from '../../test/usrloc/write-journal.ts'
import type { Contact } from './contact.ts'
import { JournalDisk, listJournals, readJournal, removeJournal, writeAt, type JournalDiskOptions } from './journal-disk.ts'
import { JournalBatch } from './journal-format.ts'
import { foldJournal } from './journal-fold.ts'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'journal-disk-'))
})

afterEach(() => {
  rmSync(folder, { recursive: true })
})

function open(options: Partial<JournalDiskOptions> = {}) {
  const closed: string[] = []
  const troubles: (string | null)[] = []
  const disk = new JournalDisk({
    folder,
    worker: 0,
    syncFirst: false,
    closed: (path) => void closed.push(basename(path)),
    trouble: (sentence) => void troubles.push(sentence),
    turn: (work) => work(),
    after: () => undefined,
    ...options,
  })
  const batch = new JournalBatch()
  const append = (aor: string): boolean => {
    batch.add({ type: 'put', contact: sampleContact(aor, 1) })
    const kept = disk.append(batch.bytes, batch.finish())
    batch.clear()
    return kept
  }
  return { disk, append, closed, troubles }
}

function contactsIn(path: string): readonly Contact[] {
  return [...foldJournal(path, readJournal(path))]
    .flatMap((slice) => slice ?? [])
    .flatMap((one) => (one.type === 'put' ? [one.contact] : []))
}

it('has files of its own for each SIP thread, listed in the order of their changes', () => {
  for (const worker of [1, 0]) writeJournal(folder, [[{ type: 'put', contact: sampleContact('a', worker) }]], worker)
  writeFileSync(join(folder, 'location-0-00000010.journal'), '')
  writeFileSync(join(folder, 'location.sqlite'), '')
  expect(listJournals(folder).map((path) => basename(path))).toEqual([
    'location-0-00000001.journal',
    'location-1-00000001.journal',
    'location-0-00000010.journal',
  ])
  expect(statSync(listJournals(folder)[0]).mode & 0o777).toBe(0o600)
})

it('begins a new file when one is full, and says when the old one is complete', () => {
  const { disk, append, closed } = open({ full: 300 })
  for (let i = 0; i < 6; i++) append(`user${i}`)
  expect(closed).toEqual(['location-0-00000001.journal', 'location-0-00000002.journal'])
  disk.close()
  expect(listJournals(folder).map((path) => contactsIn(path).map(({ aor }) => aor))).toEqual([
    ['user0', 'user1'],
    ['user2', 'user3'],
    ['user4', 'user5'],
  ])
  for (const path of listJournals(folder)) removeJournal(path)
  expect(listJournals(folder)).toEqual([])
})

it('cuts off what a full disk took of a batch, says so once, and goes on when there is room', () => {
  let full = false
  const { disk, append, troubles } = open({
    write: (fd, bytes, range) => {
      if (!full) return writeAt(fd, bytes, range)
      writeAt(fd, bytes, { ...range, length: 10 })
      throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' })
    },
  })
  expect(append('a')).toBe(true)
  full = true
  expect([append('b'), append('c')]).toEqual([false, false])
  expect(troubles).toEqual([
    `Registrations cannot be written to ${folder} and are refused: the disk is full. Make room on it; the engine goes on by itself.`,
  ])
  full = false
  expect(append('d')).toBe(true)
  expect(troubles.at(-1)).toBeNull()
  disk.close()
  const [path] = listJournals(folder)
  expect(contactsIn(path).map(({ aor }) => aor)).toEqual(['a', 'd'])
})

it('syncs to the disk', async () => {
  const { disk, append } = open({ syncFirst: true })
  append('a')
  expect(await new Promise((resolve) => disk.sync(resolve))).toBe(true)
  disk.close()
})

it('does not take over a file that is there', () => {
  writeJournal(folder, [])
  expect(() => open()).toThrow(/EEXIST/)
})

it('loses nothing that it acknowledged when its process is killed with SIGKILL', async () => {
  const acknowledged = await writeUntilKilled(folder, 25)
  expect(acknowledged).toBeGreaterThanOrEqual(25)
  const batches = new Map<string, number>()
  for (const path of listJournals(folder)) for (const { aor } of contactsIn(path)) batches.set(aor, (batches.get(aor) ?? 0) + 1)
  for (let batch = 0; batch < acknowledged; batch++) expect(batches.get(`user${batch}`)).toBe(3)
  // The one in flight is there as a whole or not at all.
  for (const count of batches.values()) expect(count).toBe(3)
  expect(batches.size - acknowledged).toBeLessThanOrEqual(1)
}, 30_000)

/** Starts a process that writes without pause and kills it once it has acknowledged `enough` batches. Returns how many it acknowledged. */
function writeUntilKilled(to: string, enough: number): Promise<number> {
  const script = new URL('../../test/usrloc/crash-writer.ts', import.meta.url).pathname
  const writer = spawn(process.execPath, [script, to], { stdio: ['ignore', 'pipe', 'inherit'] })
  let said = ''
  writer.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    said += chunk
    if (said.split('\n').length > enough) writer.kill('SIGKILL')
  })
  return new Promise((resolve, reject) => {
    writer.on('error', reject)
    writer.on('close', () => resolve(said.split('\n').length - 1))
  })
}
