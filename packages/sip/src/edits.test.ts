import { describe, expect, it } from 'vitest'
import { octets, textOf } from '../test/message-text.ts'
import { Random } from '../test/random.ts'
import { ByteWriter, type Octets } from './byte-writer.ts'
import { EditList } from './edits.ts'

const out = new ByteWriter(10_000)

function source(text: string): Octets {
  const bytes = octets(text)
  return { bytes, words: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength) }
}

function applied(edits: EditList, text: string): string {
  const from = source(`<<${text}>>`)
  out.at = 0
  edits.apply(from, 2, from.bytes.length - 2, out)
  return textOf(out.bytes, 0, out.at)
}

/** Saves edits of a message at one place and loads them for one at another. */
function pass(from: EditList, fromBase: number, to: EditList, toBase: number): void {
  const saved = new ByteWriter(50_000)
  saved.ascii('elsewhere')
  const start = saved.at
  from.save(fromBase, saved)
  to.load(saved.bytes, start, saved.at, toBase)
}

/** Edits at offsets of the bare text. */
class Editor {
  readonly edits = new EditList()

  insert(at: number, text: string): this {
    this.edits.insert(at + 2, text)
    return this
  }

  replace(start: number, end: number, text: string): this {
    this.edits.replace(start + 2, end + 2, text)
    return this
  }

  remove(start: number, end: number): this {
    this.edits.remove(start + 2, end + 2)
    return this
  }

  on(text: string): string {
    return applied(this.edits, text)
  }
}

describe('EditList', () => {
  it('copies what is not edited', () => {
    expect(new Editor().on('0123456789')).toBe('0123456789')
    expect(new Editor().on('')).toBe('')
  })

  it('inserts, replaces and removes, in any order of calls', () => {
    expect(new Editor().remove(8, 10).insert(0, 'a').replace(3, 5, 'bcd').insert(10, 'z').on('0123456789')).toBe('a012bcd567z')
  })

  it('keeps the call order of edits at one offset', () => {
    expect(new Editor().insert(2, 'a').insert(2, 'b').replace(2, 3, 'c').insert(2, 'd').on('0123')).toBe('01abcd3')
  })

  it('swallows edits strictly inside a removal and keeps those at its borders', () => {
    expect(new Editor().insert(2, 'a').insert(5, 'x').remove(2, 8).insert(8, 'b').insert(5, 'y').on('0123456789')).toBe('01ab89')
    expect(new Editor().remove(2, 6).remove(4, 8).on('0123456789')).toBe('016789')
    expect(new Editor().remove(2, 6).remove(6, 8).on('0123456789')).toBe('0189')
  })

  it('writes UTF-8', () => {
    const editor = new Editor().replace(1, 2, 'naïve 🙂')
    expect(editor.on('012')).toBe('0naïve 🙂2')
  })

  it('drops edits added after a mark, for one branch after the other', () => {
    const editor = new Editor().insert(1, 'a')
    const mark = editor.edits.mark()
    expect(editor.insert(2, 'b').remove(0, 1).on('012')).toBe('a1b2')
    editor.edits.rewind(mark)
    expect(editor.insert(2, 'c').on('012')).toBe('0a1c2')
    editor.edits.clear()
    expect(editor.on('012')).toBe('012')
  })

  it('copies the octets it is given, which may change afterwards', () => {
    const edits = new EditList()
    const from = source('xVia: 1x')
    edits.insertBytes(2, from, 1, 7)
    from.bytes.fill(0)
    expect(applied(edits, '')).toBe('Via: 1')
  })

  it('survives being saved', () => {
    const editor = new Editor().insert(1, 'ä'.repeat(3000)).remove(2, 3)
    const loaded = new EditList()
    loaded.insert(0, 'gone')
    pass(editor.edits, 0, loaded, 0)
    expect(applied(loaded, '0123')).toBe(editor.on('0123'))
    pass(new EditList(), 0, loaded, 0)
    expect([loaded.count, applied(loaded, '01')]).toEqual([0, '01'])
  })

  it('is saved for the message, wherever that lies next time', () => {
    const editor = new Editor().remove(0, 1).insert(3, 'x')
    const moved = new EditList()
    pass(editor.edits, 2, moved, 7)
    out.at = 0
    moved.apply(source('-------0123-'), 7, 11, out)
    expect(textOf(out.bytes, 0, out.at)).toBe('12x3')
  })

  it('equals a naive model on random edits', () => {
    const random = new Random(42)
    for (let round = 0; round < 1500; round++) {
      const text = 'abcdefghijklmnopqrstuvwxyz'.slice(0, 1 + random.next(26))
      const edits: NaiveEdit[] = []
      const editor = new Editor()
      for (let count = random.next(24); count > 0; count--) {
        const start = random.next(text.length + 1)
        const end = random.next(2) === 0 ? start : start + random.next(text.length - start + 1)
        const inserted = random.pick(['', 'X', 'YY', 'é', '0123456789'.repeat(9)])
        edits.push({ start, end, text: inserted })
        editor.replace(start, end, inserted)
      }
      const loaded = new EditList()
      pass(editor.edits, 2, loaded, 2)
      expect(editor.on(text)).toBe(naive(text, edits))
      expect(applied(loaded, text)).toBe(naive(text, edits))
    }
  })
})

interface NaiveEdit {
  readonly start: number
  readonly end: number
  readonly text: string
}

/** Character by character: which removal covers an offset, and which texts go there. */
function naive(text: string, edits: readonly NaiveEdit[]): string {
  const surviving: NaiveEdit[] = []
  for (const edit of edits.toSorted((a, b) => a.start - b.start)) {
    if (!surviving.some((other) => other.start < edit.start && edit.start < other.end)) surviving.push(edit)
  }
  let result = ''
  for (let at = 0; at <= text.length; at++) {
    for (const edit of surviving) if (edit.start === at) result += edit.text
    if (at < text.length && !surviving.some((edit) => edit.start <= at && at < edit.end)) result += text[at]
  }
  return result
}
