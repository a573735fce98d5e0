import type { BatchBlocks, BatchSocket, BatchSystem, BoundSocket } from './batch-system.ts'
import type { DatagramPortOptions } from './datagram-port.ts'
import type { Libc } from './ffi-libc.ts'
import { FfiPoll } from './ffi-poll.ts'
import { bindSocket } from './ffi-socket.ts'

const MSG_DONTWAIT = 0x40

/** Batched datagrams by node:ffi: no compiler needed. */
export class FfiSystem implements BatchSystem {
  readonly kind = 'ffi'
  readonly #libc: Libc

  constructor(libc: Libc) {
    this.#libc = libc
  }

  bind(options: DatagramPortOptions): BoundSocket {
    return bindSocket(this.#libc, options)
  }

  pointer(memory: ArrayBuffer): number {
    return Number(this.#libc.pointer(memory))
  }

  open(fd: number, blocks: BatchBlocks): BatchSocket {
    return new FfiBatchSocket(this.#libc, fd, blocks)
  }
}

class FfiBatchSocket implements BatchSocket {
  readonly #libc: Libc
  readonly #fd: number
  readonly #poll: FfiPoll
  readonly #incoming: bigint
  /** Of each header, to begin sending in the middle. */
  readonly #outgoing: readonly bigint[]

  constructor(libc: Libc, fd: number, { incoming, outgoing, ready }: BatchBlocks) {
    this.#libc = libc
    this.#fd = fd
    this.#incoming = BigInt(incoming.addressOf(0))
    this.#outgoing = Array.from({ length: outgoing.capacity }, (_, i) => BigInt(outgoing.addressOf(i)))
    this.#poll = new FfiPoll(libc, fd, ready)
  }

  watch(events: number): void {
    if (events === 0) this.#poll.stop()
    else this.#poll.start(events)
  }

  receive(count: number): number {
    const libc = this.#libc
    const got = libc.calls.recvmmsg(this.#fd, this.#incoming, count, MSG_DONTWAIT, 0n)
    return got < 0 ? -libc.errno() : got
  }

  send(from: number, count: number): number {
    const libc = this.#libc
    const sent = libc.calls.sendmmsg(this.#fd, this.#outgoing[from], count, MSG_DONTWAIT)
    return sent < 0 ? -libc.errno() : sent
  }

  close(): void {
    this.#poll.close()
    this.#libc.calls.close(this.#fd)
  }
}
