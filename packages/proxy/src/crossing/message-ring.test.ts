import { describe, expect, it } from 'vitest'
import { seededRandom } from '../../test/simulation/world.ts'
import { MessageRingReader, MessageRingWriter, messageRingBytes } from './message-ring.ts'

const CAPACITY = 256

function ring(capacity = CAPACITY) {
  const memory = new SharedArrayBuffer(messageRingBytes(capacity))
  return { memory, writer: new MessageRingWriter(memory), reader: new MessageRingReader(memory) }
}

function write(writer: MessageRingWriter, kind: number, content: readonly number[]): boolean {
  const at = writer.reserve(kind, content.length)
  if (at < 0) return false
  writer.bytes.set(content, at)
  writer.publish()
  return true
}

function read(reader: MessageRingReader): readonly number[] | null {
  if (!reader.next()) return null
  const content = [reader.kind, ...reader.bytes.slice(reader.start, reader.end)]
  reader.release()
  return content
}

describe('ring between two threads', () => {
  it('gives what was written, in order, and nothing else', () => {
    const { writer, reader } = ring()
    expect(reader.empty).toBe(true)
    expect(read(reader)).toBeNull()
    write(writer, 1, [10, 11, 12])
    write(writer, 2, [])
    expect(reader.empty).toBe(false)
    expect(read(reader)).toEqual([1, 10, 11, 12])
    expect(read(reader)).toEqual([2])
    expect(read(reader)).toBeNull()
    expect(reader.empty).toBe(true)
  })

  it('shows nothing before it is published', () => {
    const { writer, reader } = ring()
    writer.bytes[writer.reserve(1, 1)] = 7
    expect(read(reader)).toBeNull()
    writer.publish()
    expect(read(reader)).toEqual([1, 7])
  })

  it('refuses what finds no room, and takes it once the reader has made some', () => {
    const { writer, reader } = ring()
    const half = Array.from({ length: 100 }, (_, i) => i)
    expect(write(writer, 1, half)).toBe(true)
    expect(write(writer, 2, half)).toBe(true)
    expect(write(writer, 3, half)).toBe(false)
    expect(reader.next()).toBe(true)
    // Not released: the reader may still look at it.
    expect(write(writer, 3, half)).toBe(false)
    reader.release()
    expect(write(writer, 3, half)).toBe(true)
    expect(read(reader)).toEqual([2, ...half])
    expect(read(reader)).toEqual([3, ...half])
  })

  it('refuses what is larger than the ring', () => {
    const { writer } = ring()
    expect(writer.reserve(1, CAPACITY)).toBe(-1)
    expect(writer.reserve(1, CAPACITY - 12)).toBeGreaterThanOrEqual(0)
  })

  it('goes on when its positions wrap at 2^32', () => {
    const { memory } = ring()
    new Int32Array(memory)[0] = -40
    new Int32Array(memory)[16] = -40
    const writer = new MessageRingWriter(memory)
    const reader = new MessageRingReader(memory)
    for (let i = 0; i < 20; i++) {
      expect(write(writer, i + 1, [i, i])).toBe(true)
      expect(read(reader)).toEqual([i + 1, i, i])
    }
  })

  it.each([1, 2, 3, 4, 5, 6, 7, 8])('loses, repeats and changes nothing in random use (seed %i)', (seed) => {
    const dice = seededRandom(seed)
    const { writer, reader } = ring(1024)
    const expected: (readonly number[])[] = []
    const got: (readonly number[])[] = []
    for (let i = 0; i < 5000; i++) {
      if (dice() < 0.55) {
        const content = Array.from({ length: Math.floor(dice() * 300) }, () => Math.floor(dice() * 256))
        const kind = 1 + Math.floor(dice() * 5)
        if (write(writer, kind, content)) expected.push([kind, ...content])
      } else {
        const one = read(reader)
        if (one !== null) got.push(one)
      }
    }
    for (let one = read(reader); one !== null; one = read(reader)) got.push(one)
    expect(expected.length).toBeGreaterThan(1000)
    expect(got).toEqual(expected)
  })
})
