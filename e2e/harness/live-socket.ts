import { waitUntil } from './wait-until.ts'

export type LiveMessage = Readonly<Record<string, unknown>> & { readonly op: string }

/** The console's WebSocket, as a test sees it: every message in order. */
export interface LiveSocket {
  readonly messages: readonly LiveMessage[]
  readonly send: (message: object) => void
  readonly take: (what: string, wanted: (message: LiveMessage) => boolean, timeoutMs?: number) => Promise<LiveMessage>
  readonly closed: () => boolean
  readonly close: () => void
}

/** Connects to /ws of a http://host:port address. */
export async function openLiveSocket(url: string): Promise<LiveSocket> {
  const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/ws`)
  const messages: LiveMessage[] = []
  let taken = 0
  socket.addEventListener('message', (event) => void messages.push(JSON.parse(String(event.data)) as LiveMessage))
  await new Promise<void>((resolve, reject) => {
    socket.addEventListener('open', () => resolve(), { once: true })
    socket.addEventListener('error', () => reject(new Error(`no WebSocket at ${url}/ws`)), { once: true })
  })
  return {
    messages,
    send: (message) => socket.send(JSON.stringify(message)),
    take: (what, wanted, timeoutMs = 20_000) =>
      waitUntil(
        what,
        () => {
          while (taken < messages.length) {
            const message = messages[taken]
            taken += 1
            if (message !== undefined && wanted(message)) return message
          }
          return undefined
        },
        timeoutMs,
      ),
    closed: () => socket.readyState >= WebSocket.CLOSING,
    close: () => socket.close(),
  }
}
