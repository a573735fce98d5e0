import { expect, it } from 'vitest'
import { recordingLog } from '../../test/script/scripted-proxy.ts'
import { sampleContact } from '../../test/usrloc/sample-contact.ts'
import type { ContactChange } from './contact-journal.ts'
import { JournalBatch, journalHeader } from './journal-format.ts'
import { JournalIntake } from './journal-intake.ts'

function journalOf(count: number, name: string): Uint8Array {
  const batch = new JournalBatch()
  for (let i = 0; i < count; i++) batch.add({ type: 'put', contact: sampleContact(name, i) })
  return Uint8Array.from([...journalHeader(), ...batch.bytes.subarray(0, batch.finish())])
}

function setUp(files: Readonly<Record<string, Uint8Array>>) {
  const left = new Map(Object.entries(files))
  const commits: (readonly ContactChange[])[] = []
  const soon: (() => void)[] = []
  const later: (() => void)[] = []
  const lines: string[] = []
  const disk = { full: false }
  const intake = new JournalIntake({
    commit: (changes) => {
      if (disk.full) throw new Error('the disk is full')
      commits.push(changes)
    },
    read: (path) => left.get(path) ?? new Uint8Array(0),
    remove: (path) => void left.delete(path),
    soon: (work) => void soon.push(work),
    later: (work) => void later.push(work),
    log: recordingLog(lines),
  })
  const run = (): number => {
    let steps = 0
    for (let work = soon.shift(); work !== undefined; work = soon.shift(), steps++) work()
    return steps
  }
  const aors = (): readonly string[] => [...new Set(commits.flat().map((one) => (one.type === 'put' ? one.contact.aor : '')))]
  return { intake, left, commits, lines, disk, run, aors, retry: () => later.shift()?.() }
}

it('takes files over in their order, in slices between which other work has its turn', () => {
  const { intake, left, commits, run, aors } = setUp({ a: journalOf(600, 'first'), b: journalOf(1, 'second') })
  intake.take('a')
  intake.take('b')
  expect(commits).toHaveLength(0)
  expect(run()).toBeGreaterThan(4)
  expect([aors(), commits.length, left.size]).toEqual([['first', 'second'], 4, 0])
})

it('keeps a file that cannot be taken over, says so once, and tries again before any later file', () => {
  const { intake, left, lines, disk, run, aors, retry } = setUp({ a: journalOf(1, 'first'), b: journalOf(1, 'second') })
  disk.full = true
  intake.take('a')
  run()
  intake.take('b')
  run()
  retry()
  run()
  expect([left.size, lines.length]).toEqual([2, 1])
  expect(lines[0]).toContain('The journal a waits to be taken over into the location database: Error: the disk is full')
  disk.full = false
  retry()
  run()
  expect([aors(), left.size]).toEqual([['first', 'second'], 0])
  expect(lines[1]).toContain('are taken over into the location database again')
})

it('takes everything over at once when the engine starts or ends, also what the background has begun', () => {
  const { intake, left, run, aors } = setUp({ a: journalOf(600, 'first'), b: journalOf(1, 'second') })
  intake.take('a')
  intake.takeAll(['a', 'b'])
  expect([aors(), left.size]).toEqual([['first', 'second'], 0])
  run()
  expect(left.size).toBe(0)
})

it('tells of a file that ends in an unfinished batch', () => {
  const whole = journalOf(1, 'first')
  const { intake, lines, aors } = setUp({ a: Uint8Array.from([...whole, 0, 0, 0, 99, 1]) })
  intake.takeAll(['a'])
  expect(aors()).toEqual(['first'])
  expect(lines).toEqual([expect.stringContaining('The journal a ends in 5 octets that were not written completely')])
})
