import { createSocket } from 'node:dgram'
import { once } from 'node:events'

import { parseMessage, SipMessage, SipParseError } from '@signalbox/sip'

export interface HostPort {
  readonly host: string
  readonly port: number
}

/** One UDP socket to the proxy. */
export interface PhoneLine {
  /** ip:port as it stands in Via and Contact. */
  readonly sentBy: string
  readonly host: string
  send(bytes: Uint8Array): void
  close(): void
}

/** The message that these octets are, or null for what is no SIP. The octets must stay as they are. */
export function readMessage(bytes: Uint8Array): SipMessage | null {
  const message = new SipMessage()
  try {
    parseMessage(message, bytes, 0, bytes.length, 'datagram')
    return message
  } catch (error) {
    if (error instanceof SipParseError) return null
    throw error
  }
}

/** Opens a socket on a free port of the loopback address of the proxy's family. */
export async function openLine(proxy: HostPort, received: (message: SipMessage) => void): Promise<PhoneLine> {
  const six = proxy.host.includes(':')
  const socket = createSocket(six ? 'udp6' : 'udp4')
  socket.on('message', (bytes) => {
    const message = readMessage(bytes)
    if (message !== null) received(message)
  })
  // A proxy that is not there yet answers with ICMP errors; retransmission deals with it.
  socket.on('error', () => undefined)
  socket.bind(0, six ? '::1' : '127.0.0.1')
  await once(socket, 'listening')
  const { address, port } = socket.address()
  return {
    sentBy: `${six ? `[${address}]` : address}:${port}`,
    host: address,
    send: (bytes) => socket.send(bytes, proxy.port, proxy.host),
    close: () => socket.close(),
  }
}
