import type * as ffiModule from 'node:ffi'
import process from 'node:process'
import { systemError } from './system-error.ts'

type Ffi = typeof ffiModule

const INT = 'int32'
const POINTER = 'pointer'

const DEFINITIONS = {
  socket: { arguments: [INT, INT, INT], return: INT },
  bind: { arguments: [INT, POINTER, 'uint32'], return: INT },
  getsockname: { arguments: [INT, POINTER, POINTER], return: INT },
  setsockopt: { arguments: [INT, INT, INT, POINTER, 'uint32'], return: INT },
  recvmmsg: { arguments: [INT, POINTER, 'uint32', INT, POINTER], return: INT },
  sendmmsg: { arguments: [INT, POINTER, 'uint32', INT], return: INT },
  close: { arguments: [INT], return: INT },
  sched_getscheduler: { arguments: [INT], return: INT },
  sched_setscheduler: { arguments: [INT, INT, POINTER], return: INT },
  sched_getaffinity: { arguments: [INT, 'uint64', POINTER], return: INT },
  sched_setaffinity: { arguments: [INT, 'uint64', POINTER], return: INT },
  sched_getcpu: { arguments: [], return: INT },
  __errno_location: { arguments: [], return: POINTER },
  uv_handle_size: { arguments: [INT], return: 'uint64' },
  uv_poll_init: { arguments: [POINTER, POINTER, INT], return: INT },
  uv_poll_start: { arguments: [POINTER, INT, POINTER], return: INT },
  uv_poll_stop: { arguments: [POINTER], return: INT },
  uv_close: { arguments: [POINTER, POINTER], return: 'void' },
} as const

/** The calls of libc and libuv that the ffi port and the scheduling of SIP threads need, in this process. */
export class Libc {
  readonly calls: ReturnType<typeof openCalls>['functions']
  /** uv_loop_t of this thread. */
  readonly loop: bigint
  readonly #ffi: Ffi
  readonly #library: ReturnType<typeof openCalls>['lib']
  /** errno of this thread: a fixed place. */
  readonly #errno: bigint

  constructor(ffi: Ffi) {
    const { lib, functions } = openCalls(ffi)
    this.#ffi = ffi
    this.#library = lib
    this.calls = functions
    this.loop = ffi.getCurrentEventLoop()
    this.#errno = functions.__errno_location()
  }

  /** The error number of the call that just failed. */
  errno(): number {
    return this.#ffi.getInt32(this.#errno, 0)
  }

  /** The address of memory that never moves: that of an ArrayBuffer of its own. */
  pointer(memory: ArrayBuffer): bigint {
    return this.#ffi.getRawPointer(memory)
  }

  /** A function pointer for uv_poll_start. The callback must not throw: that would abort the process. */
  pollCallback(callback: (handle: unknown, status: number, events: number) => void): bigint {
    return this.#library.registerCallback({ arguments: [POINTER, INT, INT], return: 'void' }, callback)
  }

  releaseCallback(pointer: bigint): void {
    this.#library.unregisterCallback(pointer)
  }

  /** The error of a failed call as node would throw it. */
  error(call: string): NodeJS.ErrnoException {
    return systemError(call, this.errno())
  }
}

function openCalls(ffi: Ffi) {
  return ffi.dlopen(null, DEFINITIONS)
}

let opened: Libc | null | undefined

/** Null where node:ffi does not exist or the structures of this platform are not those written here. One per thread. */
export function openLibc(): Libc | null {
  if (opened === undefined) opened = load()
  return opened
}

function load(): Libc | null {
  if (process.platform !== 'linux' || (process.arch !== 'x64' && process.arch !== 'arm64')) return null
  try {
    const ffi = quietly(() => process.getBuiltinModule('node:ffi') as Ffi | undefined)
    return ffi === undefined ? null : new Libc(ffi)
  } catch {
    // Switched off by a flag or the permission model, or a symbol is missing: then the other port serves.
    return null
  }
}

/** Choosing this port is the decision to use an experimental module; its warning on every start tells the operator nothing. */
function quietly<T>(action: () => T): T {
  const original = Object.getOwnPropertyDescriptor(process, 'emitWarning')
  process.emitWarning = () => undefined
  try {
    return action()
  } finally {
    if (original !== undefined) Object.defineProperty(process, 'emitWarning', original)
  }
}
