import { once } from 'node:events'
import { Port } from './ports.ts'

/** What the pages of the console subscribe to: overview, transactions, events. */
const PAGES = [['tm.stats'], ['tm.stats', 'transactions'], ['tm.stats', 'events']] as const

/** Browsers that look at calls, one at the overview and the others at the pages that show the most. Returns the end of it. */
export async function openConsoles(count: number): Promise<() => void> {
  const sockets = Array.from({ length: count }, () => new WebSocket(`ws://127.0.0.1:${Port.HTTP}/ws`))
  await Promise.all(sockets.map((socket) => once(socket, 'open')))
  for (const [i, socket] of sockets.entries()) {
    const page = i === 0 ? PAGES[0] : PAGES[1 + (i % 2)]
    for (const topic of page) socket.send(JSON.stringify({ op: 'subscribe', topic }))
  }
  return () => {
    for (const socket of sockets) socket.close()
  }
}
