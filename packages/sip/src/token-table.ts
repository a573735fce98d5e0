import { FOLD } from './octets.ts'

const LENGTHS = 32
const LOWER_A = 97

function slot(first: number, length: number): number {
  return ((length & (LENGTHS - 1)) << 5) | (first & 31)
}

/** Finds the number of a known word among octets. Words are chained by first letter and length. */
export class TokenTable {
  /** How an octet may differ from a letter. */
  readonly #fold: number
  readonly #heads = new Uint8Array(LENGTHS * 32)
  readonly #nexts: Uint8Array
  readonly #offsets: Int32Array
  readonly #lengths: Int32Array
  readonly #letters: Uint8Array

  /** The number of a word is its place in the list plus one; a word may appear under one number only. */
  constructor(words: readonly string[], caseSensitive: boolean) {
    this.#fold = caseSensitive ? 0 : FOLD
    this.#nexts = new Uint8Array(words.length + 1)
    this.#offsets = new Int32Array(words.length + 1)
    this.#lengths = new Int32Array(words.length + 1)
    this.#letters = new TextEncoder().encode(caseSensitive ? words.join('') : words.join('').toLowerCase())
    let offset = 0
    words.forEach((word, index) => {
      const number = index + 1
      this.#offsets[number] = offset
      this.#lengths[number] = word.length
      const head = slot(this.#letters[offset], word.length)
      this.#nexts[number] = this.#heads[head]
      this.#heads[head] = number
      offset += word.length
    })
  }

  /** Number of the word [start, end), 0 when unknown. */
  find(bytes: Uint8Array, start: number, end: number): number {
    const length = end - start
    if (length <= 0) return 0
    let number = this.#heads[slot(bytes[start], length)]
    while (number !== 0 && !this.#matches(number, bytes, start, length)) number = this.#nexts[number]
    return number
  }

  #matches(number: number, bytes: Uint8Array, start: number, length: number): boolean {
    if (this.#lengths[number] !== length) return false
    const letters = this.#letters
    const offset = this.#offsets[number]
    for (let i = 0; i < length; i++) {
      const letter = letters[offset + i]
      const difference = bytes[start + i] ^ letter
      if (difference !== 0 && (difference !== this.#fold || letter < LOWER_A)) return false
    }
    return true
  }
}
