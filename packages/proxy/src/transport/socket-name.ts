import type { DatagramPortOptions } from './datagram-port.ts'
import { parseIp } from './ip-address.ts'
import { writeName } from './message-block.ts'
import { systemError } from './system-error.ts'

const EINVAL = 22
/** Room for any socket address. */
const SIZE = 128

/** The socket address to bind to, in memory of its own. */
export function socketName(options: Pick<DatagramPortOptions, 'address' | 'port'>): ArrayBuffer {
  const bytes = parseIp(options.address)
  if (bytes === null) throw systemError('bind', EINVAL)
  const name = new ArrayBuffer(SIZE)
  writeName(new DataView(name), 0, { bytes, port: options.port, scope: 0 })
  return name
}

export function portOf(name: ArrayBuffer): number {
  return new DataView(name).getUint16(2)
}
