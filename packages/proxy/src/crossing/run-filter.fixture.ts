import { Op } from './socket-filter.ts'

const INSTRUCTION = 8

interface Machine {
  readonly packet: DataView
  readonly cells: Uint32Array
  a: number
  x: number
  /** Instructions to be left out; Infinity after the last one. */
  skip: number
}

/** What each instruction does; `yes` and `no` are for comparisons. */
const steps: Readonly<Record<number, (m: Machine, k: number, jumps: readonly [yes: number, no: number]) => void>> = {
  [Op.WORD]: (m, k) => void (m.a = m.packet.getUint32(k)),
  [Op.WORD_AFTER]: (m, k) => void (m.a = m.packet.getUint32(m.x + k)),
  [Op.OCTET_AFTER]: (m, k) => void (m.a = m.packet.getUint8(m.x + k)),
  [Op.SET]: (m, k) => void (m.a = k),
  [Op.LOAD]: (m, k) => void (m.a = m.cells[k]),
  [Op.STORE]: (m, k) => void (m.cells[k] = m.a),
  [Op.SET_INDEX]: (m, k) => void (m.x = k),
  [Op.LOAD_INDEX]: (m, k) => void (m.x = m.cells[k]),
  [Op.STORE_INDEX]: (m, k) => void (m.cells[k] = m.x),
  [Op.TO_INDEX]: (m) => void (m.x = m.a),
  [Op.FROM_INDEX]: (m) => void (m.a = m.x),
  [Op.ADD]: (m, k) => void (m.a = (m.a + k) >>> 0),
  [Op.SUBTRACT]: (m, k) => void (m.a = (m.a - k) >>> 0),
  [Op.MULTIPLY]: (m, k) => void (m.a = Math.imul(m.a, k) >>> 0),
  [Op.AND]: (m, k) => void (m.a = (m.a & k) >>> 0),
  [Op.SHIFT_LEFT]: (m, k) => void (m.a = (m.a << k) >>> 0),
  [Op.SHIFT_RIGHT]: (m, k) => void (m.a >>>= k),
  [Op.ADD_INDEX]: (m) => void (m.a = (m.a + m.x) >>> 0),
  [Op.XOR_INDEX]: (m) => void (m.a = (m.a ^ m.x) >>> 0),
  [Op.JUMP]: (m, k) => void (m.skip = k),
  [Op.IF_EQUAL]: (m, k, [yes, no]) => void (m.skip = m.a === k ? yes : no),
  [Op.IF_GREATER]: (m, k, [yes, no]) => void (m.skip = m.a > k ? yes : no),
  [Op.RETURN]: (m, k) => {
    m.a = k
    m.skip = Infinity
  },
  [Op.RETURN_RESULT]: (m) => void (m.skip = Infinity),
}

/** What the kernel would make of this program and packet. */
export function runFilter(program: ArrayBuffer, bytes: Uint8Array): number {
  const code = new DataView(program)
  const packet = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const m: Machine = { packet, cells: new Uint32Array(16), a: 0, x: 0, skip: 0 }
  try {
    for (let at = 0; m.skip < Infinity; at += INSTRUCTION * (1 + m.skip)) {
      m.skip = 0
      steps[code.getUint16(at, true)](m, code.getUint32(at + 4, true), [code.getUint8(at + 2), code.getUint8(at + 3)])
    }
    return m.a
  } catch (error) {
    // Read behind the end of the packet.
    if (error instanceof RangeError) return 0
    throw error
  }
}
