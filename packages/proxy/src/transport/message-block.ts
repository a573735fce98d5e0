import type { PackedEndpoint } from './endpoint.ts'

/*
 * struct mmsghdr of 64-bit Linux, 64 bytes: name pointer 0, namelen u32 8, iovec pointer 16, iovec count 24, control
 * pointer 32, control length 40, flags i32 48, message length u32 56. struct iovec: base 0, length 8.
 * struct sockaddr_in: family u16, port (network order) 2, address 4. sockaddr_in6: flow 4, address 8, scope u32 24.
 */
const HEADER = 64
const IOVEC = 16
const NAME = 32
const WORD = 2 ** 32

export const AF_INET = 2
export const AF_INET6 = 10

/** Bytes of the socket address of a family. */
export function nameLength(family: 4 | 6): number {
  return family === 4 ? 16 : 28
}

/** Writes a socket address at `at`. */
export function writeName(view: DataView, at: number, address: Pick<PackedEndpoint, 'bytes' | 'port' | 'scope'>): void {
  const six = address.bytes.length === 16
  view.setUint16(at, six ? AF_INET6 : AF_INET, true)
  view.setUint16(at + 2, address.port)
  const to = at + (six ? 8 : 4)
  for (let i = 0; i < address.bytes.length; i++) view.setUint8(to + i, address.bytes[i])
  if (!six) return
  view.setUint32(at + 4, 0)
  view.setUint32(at + 24, address.scope, true)
}

/** What knows the address of memory. */
interface Pointing {
  pointer(memory: ArrayBuffer): number
}

/** Message headers, iovecs and socket addresses for recvmmsg or sendmmsg, all of one address family. */
export class MessageBlock {
  readonly capacity: number
  readonly headers: ArrayBuffer
  readonly names: Uint8Array
  readonly #family: 4 | 6
  readonly #words: Int32Array
  readonly #iovecs: Uint32Array
  readonly #nameView: DataView
  readonly #address: number
  readonly #memory: number

  /** `memory`: what the iovecs point into. */
  constructor(system: Pointing, capacity: number, family: 4 | 6, memory: ArrayBuffer) {
    const headers = new ArrayBuffer(capacity * HEADER)
    const iovecs = new ArrayBuffer(capacity * IOVEC)
    const names = new ArrayBuffer(capacity * NAME)
    const iovecBase = BigInt(system.pointer(iovecs))
    const nameBase = BigInt(system.pointer(names))
    this.capacity = capacity
    this.headers = headers
    this.names = new Uint8Array(names)
    this.#family = family
    this.#words = new Int32Array(headers)
    this.#iovecs = new Uint32Array(iovecs)
    this.#nameView = new DataView(names)
    this.#address = system.pointer(headers)
    this.#memory = system.pointer(memory)
    const view = new DataView(headers)
    for (let i = 0; i < capacity; i++) {
      view.setBigUint64(i * HEADER, nameBase + BigInt(i * NAME), true)
      view.setUint32(i * HEADER + 8, nameLength(family), true)
      view.setBigUint64(i * HEADER + 16, iovecBase + BigInt(i * IOVEC), true)
      view.setBigUint64(i * HEADER + 24, 1n, true)
    }
  }

  /** Where the header of message `i` lies. */
  addressOf(i: number): number {
    return this.#address + i * HEADER
  }

  /** Message `i` is, or may fill, memory[start, start + length). Two halves, because a BigInt per message would cost more than the call. */
  setRange(i: number, start: number, length: number): void {
    const at = this.#memory + start
    this.#iovecs[i * 4] = at >>> 0
    this.#iovecs[i * 4 + 1] = Math.floor(at / WORD)
    this.#iovecs[i * 4 + 2] = length
  }

  setName(i: number, remote: PackedEndpoint): void {
    writeName(this.#nameView, i * NAME, remote)
  }

  /** Bytes received into message `i`. */
  length(i: number): number {
    return this.#words[i * 16 + 14]
  }

  flags(i: number): number {
    return this.#words[i * 16 + 12]
  }

  port(i: number): number {
    return this.#nameView.getUint16(i * NAME + 2)
  }

  /** Where the address bytes of message `i` lie in `names`. */
  addressAt(i: number): number {
    return i * NAME + (this.#family === 4 ? 4 : 8)
  }

  scope(i: number): number {
    return this.#family === 4 ? 0 : this.#nameView.getUint32(i * NAME + 24, true)
  }

  /** recvmmsg overwrites the room for the address by what it used. */
  resetName(i: number): void {
    this.#words[i * 16 + 2] = nameLength(this.#family)
  }
}
