/** Stands for the number of the call in the text of a message. */
export const NUMBER = 'NNNNNNNN'
/** Stands for the proxy's branch in the text of a reply. */
export const BRANCH = 'x'.repeat(64)

const encoder = new TextEncoder()
const LF = 0x0a
const CR = 0x0d
const EQUAL = 0x3d
const SEMICOLON = 0x3b
const LETTER_V = 0x56
const LETTER_X = 0x78

/** A message in the memory that a socket would have received it into; calls differ in the number that is written over its digits. */
export class MessageSlot {
  readonly bytes: Uint8Array
  readonly start: number
  readonly end: number
  readonly #numberAt: readonly number[]
  readonly #branchAt: number

  constructor(bytes: Uint8Array, start: number, text: string) {
    const octets = encoder.encode(text)
    bytes.set(octets, start)
    this.bytes = bytes
    this.start = start
    this.end = start + octets.length
    this.#numberAt = [...text.matchAll(new RegExp(NUMBER, 'g'))].map(({ index }) => start + index)
    this.#branchAt = start + text.indexOf(BRANCH)
  }

  setNumber(number: number): void {
    for (const at of this.#numberAt) {
      for (let i = at + NUMBER.length - 1, rest = number; i >= at; i--, rest = Math.trunc(rest / 10)) this.bytes[i] = 48 + (rest % 10)
    }
  }

  /** Copies the branch of a forwarded request, whose Via is its second line; `;` and a parameter fill the rest. */
  setBranch(from: Uint8Array, start: number): void {
    let at = start
    while (from[at] !== LF || from[at + 1] !== LETTER_V) at++
    while (from[at] !== EQUAL) at++
    let to = this.#branchAt
    for (at++; from[at] !== CR; at++) this.bytes[to++] = from[at]
    this.bytes[to++] = SEMICOLON
    while (to < this.#branchAt + BRANCH.length) this.bytes[to++] = LETTER_X
  }
}
