/** A part serves. */
export interface ReadyMessage {
  readonly type: 'ready'
  /** Of the engine: `udp:127.0.0.1:5060`, with the ports really bound. */
  readonly listeners?: readonly string[]
  /** Of what serves HTTP: `http://127.0.0.1:8060`, with the port really bound. */
  readonly http?: string | null
}

/** A part cannot serve: one sentence that names the cause and what to do. */
export interface FailedMessage {
  readonly type: 'failed'
  readonly message: string
  readonly exitCode: number
}

/** What a part tells the launcher over its channel; null for anything else. */
export function parsePartMessage(message: unknown): ReadyMessage | FailedMessage | null {
  if (typeof message !== 'object' || message === null || !('type' in message)) return null
  if (message.type === 'ready') return message as ReadyMessage
  if (message.type !== 'failed' || !('message' in message)) return null
  const exitCode = 'exitCode' in message && typeof message.exitCode === 'number' ? message.exitCode : 1
  return { type: 'failed', message: String(message.message), exitCode }
}
