import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer } from 'node:net'

// Below the kernel's ephemeral range, so that no outgoing connection of another process takes a port between the check and its use.
// Four digits, because sipsak 0.9.8 cuts the port of its Request-URI to four.
const FIRST = 6200
const COUNT = 2600
/** Ports of this range that fetch and browsers refuse to talk to (Fetch Standard, bad ports). */
const REFUSED: ReadonlySet<number> = new Set([6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697])
let next = (process.pid * 97) % COUNT

async function isFree(port: number): Promise<boolean> {
  const udp = createSocket('udp4')
  const tcp = createServer()
  try {
    udp.bind(port, '127.0.0.1')
    await once(udp, 'listening')
    tcp.listen(port, '127.0.0.1')
    await once(tcp, 'listening')
    return true
  } catch {
    return false
  } finally {
    udp.close()
    tcp.close()
  }
}

/** A port that is free for UDP and TCP on 127.0.0.1 and was not given out by this process before. */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < COUNT; attempt += 1) {
    next = (next + 1) % COUNT
    const port = FIRST + next
    if (!REFUSED.has(port) && (await isFree(port))) return port
  }
  throw new Error('no free port between 6200 and 8799')
}
