import type { ByteWriter } from '@signalbox/sip'

/*
 * Our Via branch has Kamailio's form (tm-reference 1): z9hG4bK + reversed hex of tindex + '.' + 32 hex characters + '.' +
 * reversed hex of the branch number. The 32 characters are ours: worker (2), slot (8), label (8), keyed check (14). A reply
 * therefore finds its transaction without hashing, and one that nobody sent us cannot be made up.
 */
const COOKIE = 'z9hG4bK'
const DOT = 46

/** The value of each octet as a hexadecimal digit, -1 for none. */
const HEX_DIGITS = new Int8Array(256).fill(-1)
for (let value = 0; value < 16; value++) {
  const digit = value.toString(16)
  HEX_DIGITS[digit.charCodeAt(0)] = value
  HEX_DIGITS[digit.toUpperCase().charCodeAt(0)] = value
}

export interface BranchId {
  index: number
  worker: number
  slot: number
  label: number
  branch: number
}

export class BranchIds {
  readonly #worker: number
  readonly #secret: number
  readonly #parsed: BranchId = { index: 0, worker: 0, slot: 0, label: 0, branch: 0 }

  /** `worker`: 0 to 255. `random` gives numbers in [0, 1). */
  constructor(worker: number, random: () => number) {
    this.#worker = worker
    this.#secret = Math.floor(random() * 0x1_0000_0000) | 0
  }

  write(out: ByteWriter, tx: { readonly index: number; readonly label: number; readonly slot: number }, branch: number): void {
    out.ascii(COOKIE)
    writeReversedHex(out, tx.index)
    out.byte(DOT)
    out.hex(this.#worker, 2)
    out.hex(tx.slot, 8)
    out.hex(tx.label, 8)
    out.hex(this.#check(tx.slot, tx.label, 1) & 0xfff_ffff, 7)
    out.hex(this.#check(tx.slot, tx.label, 2) & 0xfff_ffff, 7)
    out.byte(DOT)
    writeReversedHex(out, branch)
  }

  /** The transaction named by a branch value of ours, valid until the next call; null if we did not write it. */
  parse(bytes: Uint8Array, start: number, end: number): BranchId | null {
    if (!hasCookie(bytes, start, end)) return null
    const id = this.#parsed
    const firstDot = dotAfter(bytes, start + COOKIE.length, end)
    if (firstDot < 0 || firstDot + 34 >= end || bytes[firstDot + 33] !== DOT) return null
    id.index = readReversedHex(bytes, start + COOKIE.length, firstDot)
    id.worker = readHex(bytes, firstDot + 1, 2)
    id.slot = readHex(bytes, firstDot + 3, 8)
    id.label = readHex(bytes, firstDot + 11, 8)
    id.branch = readReversedHex(bytes, firstDot + 34, end)
    if (id.index < 0 || id.worker < 0 || id.slot < 0 || id.label < 0 || id.branch < 0) return null
    if (readHex(bytes, firstDot + 19, 7) !== (this.#check(id.slot, id.label, 1) & 0xfff_ffff)) return null
    if (readHex(bytes, firstDot + 26, 7) !== (this.#check(id.slot, id.label, 2) & 0xfff_ffff)) return null
    return id
  }

  /**
   * Only tindex and branch number of a value of that form, whoever wrote what stands between them; valid until the next call.
   * Null: it has another form.
   */
  parsePlace(bytes: Uint8Array, start: number, end: number): Pick<BranchId, 'index' | 'branch'> | null {
    if (!hasCookie(bytes, start, end)) return null
    const firstDot = dotAfter(bytes, start + COOKIE.length, end)
    if (firstDot < 0 || firstDot + 34 >= end || bytes[firstDot + 33] !== DOT) return null
    const id = this.#parsed
    id.index = readReversedHex(bytes, start + COOKIE.length, firstDot)
    id.branch = readReversedHex(bytes, firstDot + 34, end)
    return id.index < 0 || id.branch < 0 ? null : id
  }

  #check(slot: number, label: number, round: number): number {
    let hash = Math.imul(this.#secret ^ Math.imul(slot + round, 0x9e3779b1), 0x85ebca6b)
    hash ^= hash >>> 13
    hash = Math.imul(hash ^ label, 0xc2b2ae35)
    hash ^= hash >>> 16
    return Math.imul(hash ^ this.#secret, 0x27d4eb2f) >>> 2
  }
}

/** Parameter values that are tokens have no case (RFC 3261 7.3.1): some elements send ours back in another one. */
function hasCookie(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start < COOKIE.length + 36 || end - start > COOKIE.length + 42) return false
  for (let i = 0; i < COOKIE.length; i++) if ((bytes[start + i] | 0x20) !== (COOKIE.charCodeAt(i) | 0x20)) return false
  return true
}

/** Number of the SIP thread that wrote a branch value of this form, which need not be ours; Infinity for any other form. */
export function workerOfBranch(bytes: Uint8Array, start: number, end: number): number {
  const dot = dotAfter(bytes, start + COOKIE.length, end)
  const worker = dot < 0 || dot + 33 >= end ? -1 : readHex(bytes, dot + 1, 2)
  return worker < 0 ? Infinity : worker
}

function dotAfter(bytes: Uint8Array, start: number, end: number): number {
  for (let i = start; i < end && i < start + 5; i++) if (bytes[i] === DOT) return i
  return -1
}

/** Least significant nibble first, as Kamailio prints it: 0x6f9b is `b9f6`. */
function writeReversedHex(out: ByteWriter, value: number): void {
  let rest = value
  do {
    out.hex(rest & 15, 1)
    rest >>>= 4
  } while (rest !== 0)
}

function readReversedHex(bytes: Uint8Array, start: number, end: number): number {
  if (end <= start || end - start > 5) return -1
  let value = 0
  let all = 0
  for (let i = end - 1; i >= start; i--) {
    const digit = HEX_DIGITS[bytes[i]]
    all |= digit
    value = (value << 4) | digit
  }
  return all < 0 ? -1 : value
}

/** At most eight digits; -1 when one is none. */
function readHex(bytes: Uint8Array, start: number, digits: number): number {
  let value = 0
  let all = 0
  for (let i = start; i < start + digits; i++) {
    const digit = HEX_DIGITS[bytes[i]]
    all |= digit
    value = (value << 4) | digit
  }
  return all < 0 ? -1 : value >>> 0
}
