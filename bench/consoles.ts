import { once } from 'node:events'
import { Port } from './ports.ts'

/** Browsers on the pages that show the most while calls run. */
export class Consoles {
  readonly #sockets: WebSocket[] = []

  async open(count: number): Promise<void> {
    for (let i = 0; i < count; i++) {
      const socket = new WebSocket(`ws://127.0.0.1:${Port.HTTP}/ws`)
      this.#sockets.push(socket)
    }
    await Promise.all(this.#sockets.map((socket) => once(socket, 'open')))
    for (const socket of this.#sockets) {
      for (const topic of ['tm.stats', 'transactions']) socket.send(JSON.stringify({ op: 'subscribe', topic }))
    }
  }

  close(): void {
    for (const socket of this.#sockets.splice(0)) socket.close()
  }
}
