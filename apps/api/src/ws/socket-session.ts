import { ClientMessage, errorCatalogue, isTopic, type ErrorCode, type Topic } from '@signalbox/contract'
import { Compile } from 'typebox/compile'
import type { Outbox } from '../hub/backpressure.ts'
import type { Hub } from '../hub/hub.ts'

const TOPICS_PER_SOCKET = 32

const clientMessage = Compile(ClientMessage)

/** What one browser asks for over its socket. */
export class SocketSession {
  readonly #hub: Hub
  readonly #outbox: Outbox
  readonly #topics = new Set<Topic>()

  constructor(hub: Hub, outbox: Outbox) {
    this.#hub = hub
    this.#outbox = outbox
  }

  receive(text: string): void {
    const message = parse(text)
    if (message === null) {
      this.#refuse('BAD_MESSAGE')
      return
    }
    switch (message.op) {
      case 'ping':
        this.#outbox.notify({ op: 'pong' })
        return
      case 'subscribe':
        this.#subscribe(message.topic, message.since)
        return
      case 'unsubscribe':
        this.#unsubscribe(message.topic)
    }
  }

  close(): void {
    this.#hub.close(this.#outbox)
  }

  #subscribe(topic: string, since: number | undefined): void {
    if (!isTopic(topic)) {
      this.#refuse('UNKNOWN_TOPIC', topic)
      return
    }
    if (!this.#topics.has(topic) && this.#topics.size >= TOPICS_PER_SOCKET) {
      this.#refuse('TOO_MANY_TOPICS', topic)
      return
    }
    this.#topics.add(topic)
    this.#hub.subscribe(this.#outbox, topic, since)
  }

  #unsubscribe(topic: string): void {
    if (!isTopic(topic)) {
      this.#refuse('UNKNOWN_TOPIC', topic)
      return
    }
    this.#topics.delete(topic)
    this.#hub.unsubscribe(this.#outbox, topic)
  }

  #refuse(code: ErrorCode, topic?: string): void {
    this.#outbox.notify({ op: 'error', code, message: errorCatalogue[code].message, ...(topic !== undefined && { topic }) })
  }
}

function parse(text: string): ClientMessage | null {
  let message: unknown
  try {
    message = JSON.parse(text)
  } catch {
    return null
  }
  return clientMessage.Check(message) ? message : null
}
