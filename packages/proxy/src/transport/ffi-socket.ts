import type { BoundSocket } from './batch-system.ts'
import type { DatagramPortOptions } from './datagram-port.ts'
import type { Libc } from './ffi-libc.ts'
import { AF_INET, AF_INET6, nameLength } from './message-block.ts'
import { portOf, socketName } from './socket-name.ts'

const SOCK_DGRAM_NONBLOCK_CLOEXEC = 2 | 0o4000 | 0o2000000
const SOL_SOCKET = 1
const SO_SNDBUF = 7
const SO_RCVBUF = 8
const SO_REUSEPORT = 15
const SO_ATTACH_REUSEPORT_CBPF = 51
const INSTRUCTION = 8
const IPPROTO_IPV6 = 41
const IPV6_V6ONLY = 26

/** A bound non-blocking UDP socket; throws an error with the system's code. */
export function bindSocket(libc: Libc, options: DatagramPortOptions): BoundSocket {
  const fd = libc.calls.socket(options.family === 4 ? AF_INET : AF_INET6, SOCK_DGRAM_NONBLOCK_CLOEXEC, 0)
  if (fd < 0) throw libc.error('socket')
  try {
    if (options.family === 6) setOption(libc, fd, IPPROTO_IPV6, IPV6_V6ONLY, 1)
    if (options.reusePort) setOption(libc, fd, SOL_SOCKET, SO_REUSEPORT, 1)
    // The kernel cuts these to its limits (net.core.rmem_max) without an error.
    setOption(libc, fd, SOL_SOCKET, SO_RCVBUF, options.receiveBuffer)
    setOption(libc, fd, SOL_SOCKET, SO_SNDBUF, options.receiveBuffer)
    const port = bindTo(libc, fd, options)
    if (options.steering !== null) steer(libc, fd, options.steering)
    return { fd, port }
  } catch (error) {
    libc.calls.close(fd)
    throw error
  }
}

function bindTo(libc: Libc, fd: number, options: DatagramPortOptions): number {
  const name = socketName(options)
  if (libc.calls.bind(fd, name, nameLength(options.family)) < 0) throw libc.error('bind')
  const length = new ArrayBuffer(128)
  new DataView(length).setUint32(0, 128, true)
  if (libc.calls.getsockname(fd, name, length) < 0) throw libc.error('getsockname')
  return portOf(name)
}

/** The whole group of the port shares one program. A kernel that does not take it spreads datagrams by their addresses. */
function steer(libc: Libc, fd: number, program: ArrayBuffer): void {
  const memory = new ArrayBuffer(16)
  const view = new DataView(memory)
  view.setUint16(0, program.byteLength / INSTRUCTION, true)
  view.setBigUint64(8, libc.pointer(program), true)
  libc.calls.setsockopt(fd, SOL_SOCKET, SO_ATTACH_REUSEPORT_CBPF, memory, memory.byteLength)
}

function setOption(libc: Libc, fd: number, level: number, name: number, value: number): void {
  const memory = new ArrayBuffer(128)
  new DataView(memory).setInt32(0, value, true)
  if (libc.calls.setsockopt(fd, level, name, memory, 4) < 0) throw libc.error('setsockopt')
}
