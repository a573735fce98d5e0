import type * as ffiModule from 'node:ffi'
import process from 'node:process'
import { getSystemErrorName } from 'node:util'

type Ffi = typeof ffiModule

const AF_UNIX = 1
const SOCK_DGRAM_NONBLOCK_CLOEXEC = 2 | 0o4000 | 0o2000000
/** sun_path of sockaddr_un, less its terminating zero. */
const LONGEST_PATH = 107
const EAGAIN = 11

const DEFINITIONS = {
  socket: { arguments: ['int32', 'int32', 'int32'], return: 'int32' },
  sendto: { arguments: ['int32', 'pointer', 'uint64', 'int32', 'pointer', 'uint32'], return: 'int64' },
  __errno_location: { arguments: [], return: 'pointer' },
} as const

/** Datagrams to unix sockets, which node:dgram does not know. */
export interface UnixDatagrams {
  /** Never waits. 'sent'; 'full': its reader is behind; else what is wrong. */
  send(path: string, text: string): string
}

/** Null where node:ffi does not exist or is switched off. One socket serves for all paths, as long as the thread. */
export function openUnixDatagrams(): UnixDatagrams | null {
  try {
    const ffi = process.platform === 'linux' ? (process.getBuiltinModule('node:ffi') as Ffi | undefined) : undefined
    return ffi === undefined ? null : open(ffi)
  } catch {
    return null
  }
}

function open(ffi: Ffi): UnixDatagrams | null {
  const { functions } = ffi.dlopen(null, DEFINITIONS)
  const fd = functions.socket(AF_UNIX, SOCK_DGRAM_NONBLOCK_CLOEXEC, 0)
  if (fd < 0) return null
  return {
    send(path, text) {
      const name = Buffer.from(path)
      if (name.length > LONGEST_PATH) return `the path of a socket has at most ${LONGEST_PATH} octets`
      const bytes = new TextEncoder().encode(text)
      const sent = functions.sendto(fd, bytes.buffer, BigInt(bytes.length), 0, addressOf(name), 2 + name.length + 1)
      if (sent >= 0n) return 'sent'
      const errno = ffi.getInt32(functions.__errno_location(), 0)
      return errno === EAGAIN ? 'full' : `sendto ${errno > 0 ? getSystemErrorName(-errno) : 'failed'}`
    },
  }
}

/** struct sockaddr_un. */
function addressOf(path: Buffer): ArrayBuffer {
  const address = new ArrayBuffer(2 + LONGEST_PATH + 1)
  new DataView(address).setUint16(0, AF_UNIX, true)
  new Uint8Array(address).set(path, 2)
  return address
}
