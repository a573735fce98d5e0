import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { request } from 'node:http'
import type { Socket } from 'node:net'
import { Port } from './ports.ts'

/** What the pages of the console subscribe to: overview, transactions, events. */
const PAGES = [['tm.stats'], ['tm.stats', 'transactions'], ['tm.stats', 'events']] as const

/** RFC 6455 5.2: a text message in one frame; with a mask of zeros the text is sent as it is. */
const FINAL_TEXT = 0x81
const MASKED = 0x80
const FRAME_HEAD = 6

/** Browsers that look at calls, one at the overview and the others at the pages that show the most. Returns the end of it. */
export async function openConsoles(count: number): Promise<() => void> {
  const pages = Array.from({ length: count }, (_, i) => (i === 0 ? PAGES[0] : PAGES[1 + (i % 2)]))
  const sockets = await Promise.all(pages.map(openConsole))
  return () => {
    for (const socket of sockets) socket.destroy()
  }
}

/** It reads and throws away: what a browser does with messages it does on another machine, not on the cores of the proxy. */
async function openConsole(page: readonly string[]): Promise<Socket> {
  const headers = {
    Connection: 'Upgrade',
    Upgrade: 'websocket',
    'Sec-WebSocket-Version': '13',
    'Sec-WebSocket-Key': randomBytes(16).toString('base64'),
  }
  const handshake = request({ host: '127.0.0.1', port: Port.HTTP, path: '/ws', headers })
  handshake.end()
  const [, socket] = (await once(handshake, 'upgrade')) as [unknown, Socket]
  for (const topic of page) socket.write(frameOf(JSON.stringify({ op: 'subscribe', topic })))
  return socket.resume()
}

/** For texts below 126 bytes. */
function frameOf(text: string): Buffer {
  const frame = Buffer.alloc(FRAME_HEAD + text.length)
  frame[0] = FINAL_TEXT
  frame[1] = MASKED | text.length
  frame.write(text, FRAME_HEAD, 'latin1')
  return frame
}
