import { createRequire } from 'node:module'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import type { BatchBlocks, BatchSocket, BatchSystem, BoundSocket } from './batch-system.ts'
import type { DatagramPortOptions } from './datagram-port.ts'
import { nameLength } from './message-block.ts'
import { portOf, socketName } from './socket-name.ts'
import { systemError } from './system-error.ts'

/** What native/datagram.c exports. Failed calls return a negative errno. */
interface NativeModule {
  bind(name: ArrayBuffer, length: number, reusePort: number, buffer: number, steering: ArrayBuffer | null): number
  pointer(memory: ArrayBuffer): number
  open(fd: number, incoming: ArrayBuffer, outgoing: ArrayBuffer, ready: BatchBlocks['ready']): NativeSocketHandle
  watch(socket: NativeSocketHandle, events: number): number
  receive(socket: NativeSocketHandle, count: number): number
  send(socket: NativeSocketHandle, from: number, count: number): number
  close(socket: NativeSocketHandle): void
}

type NativeSocketHandle = object

/** Where `npm run native` puts it. */
export const nativeModule: string = fileURLToPath(
  new URL(`../../native/datagram-${process.platform}-${process.arch}.node`, import.meta.url),
)

/** Null when nobody has built the module, or when this system cannot load it. */
export function openNativeSystem(file: string = nativeModule): BatchSystem | null {
  try {
    return new NativeSystem(createRequire(import.meta.url)(file) as NativeModule)
  } catch {
    return null
  }
}

class NativeSystem implements BatchSystem {
  readonly kind = 'native'
  readonly #calls: NativeModule

  constructor(calls: NativeModule) {
    this.#calls = calls
  }

  bind(options: DatagramPortOptions): BoundSocket {
    const name = socketName(options)
    const { family, reusePort, receiveBuffer, steering } = options
    const fd = this.#calls.bind(name, nameLength(family), Number(reusePort), receiveBuffer, steering)
    if (fd < 0) throw systemError('bind', -fd)
    return { fd, port: portOf(name) }
  }

  pointer(memory: ArrayBuffer): number {
    return this.#calls.pointer(memory)
  }

  open(fd: number, blocks: BatchBlocks): BatchSocket {
    return new NativeSocket(this.#calls, fd, blocks)
  }
}

class NativeSocket implements BatchSocket {
  readonly #calls: NativeModule
  readonly #handle: NativeSocketHandle
  #open = true

  constructor(calls: NativeModule, fd: number, { incoming, outgoing, ready }: BatchBlocks) {
    this.#calls = calls
    this.#handle = calls.open(fd, incoming.headers, outgoing.headers, ready)
  }

  watch(events: number): void {
    if (this.#open) this.#calls.watch(this.#handle, events)
  }

  receive(count: number): number {
    return this.#calls.receive(this.#handle, count)
  }

  send(from: number, count: number): number {
    return this.#calls.send(this.#handle, from, count)
  }

  close(): void {
    if (!this.#open) return
    this.#open = false
    this.#calls.close(this.#handle)
  }
}
