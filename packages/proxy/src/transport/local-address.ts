import { networkInterfaces } from 'node:os'
import { isLoopback, parseIp } from './ip-address.ts'

/** An address of this machine. */
export interface LocalAddress {
  readonly address: string
  readonly family: 4 | 6
  readonly bytes: Uint8Array
  /** Length of the network prefix in bits. */
  readonly prefix: number
  readonly loopback: boolean
  readonly linkLocal: boolean
}

/** The addresses of this machine's interfaces that are up, in the order of the system. */
export function localAddresses(): readonly LocalAddress[] {
  const found: LocalAddress[] = []
  for (const one of Object.values(networkInterfaces()).flat()) {
    if (one === undefined) continue
    const bytes = parseIp(one.address)
    if (bytes === null) continue
    found.push({
      address: one.address,
      family: one.family === 'IPv6' ? 6 : 4,
      bytes,
      prefix: Number(one.cidr?.split('/')[1] ?? bytes.length * 8),
      loopback: isLoopback(bytes),
      linkLocal: isLinkLocal(bytes),
    })
  }
  return found
}

function isLinkLocal(bytes: Uint8Array): boolean {
  if (bytes.length === 4) return bytes[0] === 169 && bytes[1] === 254
  return bytes[0] === 0xfe && (bytes[1] & 0xc0) === 0x80
}
