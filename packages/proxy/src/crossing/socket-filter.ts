/*
 * Programs of classic BPF, the small machine that Linux runs over packets (Documentation/networking/filter.rst): an accumulator A,
 * an index X and a few cells M. Jumps go forwards only. What reads behind the end of the packet ends the program with 0.
 */
export const Op = {
  /** A = the four octets at k, in network order. */
  WORD: 0x20,
  /** A = the four octets at X + k. */
  WORD_AFTER: 0x40,
  OCTET_AFTER: 0x50,
  /** A = k. */
  SET: 0x00,
  /** A = M[k]. */
  LOAD: 0x60,
  STORE: 0x02,
  /** X = k. */
  SET_INDEX: 0x01,
  LOAD_INDEX: 0x61,
  STORE_INDEX: 0x03,
  /** X = A, A = X. */
  TO_INDEX: 0x07,
  FROM_INDEX: 0x87,
  /** A = A + k, and so on. */
  ADD: 0x04,
  SUBTRACT: 0x14,
  MULTIPLY: 0x24,
  AND: 0x54,
  SHIFT_LEFT: 0x64,
  SHIFT_RIGHT: 0x74,
  /** A = A + X. */
  ADD_INDEX: 0x0c,
  XOR_INDEX: 0xac,
  JUMP: 0x05,
  IF_EQUAL: 0x15,
  IF_GREATER: 0x25,
  RETURN: 0x06,
  RETURN_RESULT: 0x16,
} as const

/** Octets of an instruction: u16 op · u8 instructions to skip if true · u8 if false · u32 k. */
const SIZE = 8

/** Writes a program. */
export class SocketFilter {
  readonly #steps: { readonly op: number; k: number; readonly yes: number; readonly no: number }[] = []

  add(op: number, k = 0, yes = 0, no = 0): this {
    this.#steps.push({ op, k: k >>> 0, yes, no })
    return this
  }

  /** A jump to wherever `land` is told. */
  jump(): number {
    return this.add(Op.JUMP).#steps.length - 1
  }

  /** These jumps lead to what is added next. */
  land(jumps: readonly number[]): this {
    for (const jump of jumps) this.#steps[jump].k = this.#steps.length - jump - 1
    return this
  }

  /** As the kernel wants it: an array of struct sock_filter, in the byte order of this machine, which is little-endian. */
  encode(): ArrayBuffer {
    const memory = new ArrayBuffer(this.#steps.length * SIZE)
    const view = new DataView(memory)
    this.#steps.forEach(({ op, k, yes, no }, i) => {
      view.setUint16(i * SIZE, op, true)
      view.setUint8(i * SIZE + 2, yes)
      view.setUint8(i * SIZE + 3, no)
      view.setUint32(i * SIZE + 4, k, true)
    })
    return memory
  }
}
