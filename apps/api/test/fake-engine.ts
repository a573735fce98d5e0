import { createServer, type Server } from 'node:net'
import { duplexPair, type Duplex } from 'node:stream'
import { methods, TOPIC_NOTIFICATION, type Fault } from '@signalbox/contract'
import { LineReader } from '../src/engine/line-reader.ts'

interface Request {
  readonly id: number
  readonly method: string
  readonly params: readonly unknown[]
}

type Answer = { readonly result: unknown } | { readonly error: Fault } | 'silence'

/** Speaks the engine's side of the contract on in-memory streams or a unix socket; answers with the catalogue's examples. */
export class FakeEngine {
  readonly calls: Request[] = []
  readonly answers = new Map<string, (params: readonly unknown[]) => Answer>()
  /** Topics that somebody is subscribed to, once per connection. */
  readonly topics = new Map<string, Set<Duplex>>()
  readonly snapshots = new Map<string, unknown>()
  readonly #streams = new Set<Duplex>()
  readonly #seq = new Map<string, number>()
  #server: Server | null = null
  /** Connections are accepted. */
  accepting = true
  connections = 0

  /** A stream like that of net.createConnection. */
  readonly connect = (): Duplex => {
    const [near, far] = streamPair()
    queueMicrotask(() => {
      if (!this.accepting) {
        near.destroy(new Error('connect ECONNREFUSED'))
        return
      }
      this.attach(far)
      near.emit('connect')
    })
    return near
  }

  async listen(path: string): Promise<void> {
    const server = createServer((socket) => {
      this.attach(socket)
    })
    this.#server = server
    await new Promise<void>((resolve) => {
      server.listen(path, resolve)
    })
  }

  attach(stream: Duplex): void {
    this.connections++
    this.#streams.add(stream)
    const reader = new LineReader(1 << 20)
    stream.on('data', (chunk: Buffer) => {
      for (const line of reader.push(chunk)) this.#receive(stream, JSON.parse(line) as Request)
    })
    stream.on('error', () => undefined)
    stream.on('close', () => {
      this.#streams.delete(stream)
      for (const listeners of this.topics.values()) listeners.delete(stream)
    })
  }

  /** As after kill -9: connections break, numbers start over. */
  async kill(): Promise<void> {
    this.accepting = false
    for (const stream of this.#streams) stream.destroy()
    this.#streams.clear()
    this.topics.clear()
    this.#seq.clear()
    const server = this.#server
    this.#server = null
    if (server !== null) await new Promise((resolve) => server.close(resolve))
  }

  publish(topic: string, data: unknown, reset?: true): void {
    const seq = (this.#seq.get(topic) ?? 0) + 1
    this.#seq.set(topic, seq)
    for (const stream of this.topics.get(topic) ?? []) this.#notify(stream, { topic, seq, reset, data })
  }

  /** Loses a message: the number rises, nothing is sent. */
  lose(topic: string): void {
    this.#seq.set(topic, (this.#seq.get(topic) ?? 0) + 1)
  }

  sendText(text: string): void {
    for (const stream of this.#streams) stream.write(text)
  }

  subscribed(topic: string): boolean {
    return (this.topics.get(topic)?.size ?? 0) > 0
  }

  count(method: string): number {
    return this.calls.filter((call) => call.method === method).length
  }

  #notify(stream: Duplex, params: object): void {
    stream.write(`${JSON.stringify({ jsonrpc: '2.0', method: TOPIC_NOTIFICATION, params })}\n`)
  }

  #receive(stream: Duplex, request: Request): void {
    this.calls.push(request)
    const answer = this.#answer(request)
    if (answer === 'silence') return
    stream.write(`${JSON.stringify({ jsonrpc: '2.0', ...answer, id: request.id })}\n`)
    if ('error' in answer) return
    const topic = String(request.params[0])
    if (request.method === 'signalbox.subscribe') this.#subscribe(stream, topic)
    if (request.method === 'signalbox.unsubscribe') this.topics.get(topic)?.delete(stream)
  }

  #subscribe(stream: Duplex, topic: string): void {
    const listeners = this.topics.get(topic) ?? new Set()
    listeners.add(stream)
    this.topics.set(topic, listeners)
    if (this.snapshots.has(topic))
      this.#notify(stream, { topic, seq: this.#seq.get(topic) ?? 0, reset: true, data: this.snapshots.get(topic) })
  }

  #answer({ method, params }: Request): Answer {
    const own = this.answers.get(method)
    if (own !== undefined) return own(params)
    if (!Object.hasOwn(methods, method)) return { error: { code: -32_601, message: 'Method not found' } }
    return { result: methods[method as keyof typeof methods].example.result }
  }
}

/** Two ends of a connection; unlike plain duplexPair the end of one is the end of the other. */
export function streamPair(): readonly [Duplex, Duplex] {
  const [near, far] = duplexPair()
  near.on('close', () => far.destroy())
  far.on('close', () => near.destroy())
  return [near, far]
}

/** Lets streams and promises settle: nothing here waits for time. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve))
}
