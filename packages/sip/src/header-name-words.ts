import { headerIdCount, headerName } from './header-id.ts'

/**
 * The known header names as little-endian words of four octets, so that the usual spelling "Name:" is recognised
 * without a loop over its letters. Other spellings are left to headerIdOf.
 */

/** Words of the longest name with its colon. */
const WORDS = 6
/** Octets a match may look at. */
export const matchReach = WORDS * 4

/** Length of each name, by id. */
export const headerNameLength = new Uint8Array(headerIdCount)

const wordCount = new Uint8Array(headerIdCount)
/** Bit 5 at the letters: folds them to lower case. */
const fold = new Int32Array(headerIdCount * WORDS)
const mask = new Int32Array(headerIdCount * WORDS)
const expected = new Int32Array(headerIdCount * WORDS)
/** First id for the hash of a first word, then by id the next one with the same hash. */
const heads = new Uint8Array(256)
const nexts = new Uint8Array(headerIdCount)

function hashOf(word: number): number {
  return Math.imul(word | 0x20202020, 0x9e3779b1) >>> 24
}

// From the last id down, so that the ids most often met come first in their chains.
for (let id = headerIdCount - 1; id > 0; id--) {
  // A name shorter than a word is followed by its colon and, as everybody writes it, a space.
  const text = `${headerName(id).toLowerCase()}:`
  const word = new DataView(new TextEncoder().encode(`${text} `).buffer).getInt32(0, true)
  headerNameLength[id] = text.length - 1
  wordCount[id] = Math.ceil(text.length / 4)
  for (let i = 0; i < text.length; i++) {
    const index = id * WORDS + (i >> 2)
    const shift = (i & 3) * 8
    const code = text.charCodeAt(i)
    mask[index] |= 0xff << shift
    expected[index] |= code << shift
    if (code >= 97) fold[index] |= 0x20 << shift
  }
  nexts[id] = heads[hashOf(word)]
  heads[hashOf(word)] = id
}

/**
 * The id of the header whose name and colon begin at `at`, 0 when it is not known or not spelt plainly. Reads up to
 * `matchReach` octets, which the view must have.
 */
export function matchHeaderName(words: DataView, at: number): number {
  let id = heads[hashOf(words.getInt32(at, true))]
  while (id !== 0 && !matches(words, at, id)) id = nexts[id]
  return id
}

function matches(words: DataView, at: number, id: number): boolean {
  const first = id * WORDS
  const end = first + wordCount[id]
  for (let index = first, from = at; index < end; index++, from += 4) {
    if ((((words.getInt32(from, true) | fold[index]) ^ expected[index]) & mask[index]) !== 0) return false
  }
  return true
}
