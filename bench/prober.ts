import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { Port } from './ports.ts'

/** What a prober does: an INVITE call, or one request of another method, to this URI. */
export interface Probe {
  readonly method: 'INVITE' | 'MESSAGE' | 'REGISTER'
  readonly uri: string
}

const PERIOD = 10
const PROXY = '127.0.0.1'

/**
 * A caller of its own, beside those of sipp, whose clock counts whole milliseconds: a hundred calls a second over UDP, timed
 * from the request to its 200.
 */
export class Prober {
  readonly #probe: Probe
  readonly #socket: Socket = createSocket('udp4')
  readonly #sent = new Map<string, number>()
  readonly #times: number[] = []
  #timer: NodeJS.Timeout | null = null
  #calls = 0
  /** Calls before this moment do not count. */
  #since = 0

  static async open(probe: Probe): Promise<Prober> {
    const prober = new Prober(probe)
    prober.#socket.bind(0, PROXY)
    await once(prober.#socket, 'listening')
    return prober
  }

  private constructor(probe: Probe) {
    this.#probe = probe
    this.#socket.on('message', (data) => this.#receive(data.toString('latin1'), performance.now()))
  }

  /** Milliseconds of each answered call. */
  get times(): readonly number[] {
    return this.#times
  }

  /** Calls that have not been answered yet. */
  get unanswered(): number {
    return [...this.#sent.values()].filter((sent) => sent >= this.#since).length
  }

  /** Calls, and counts from now on. */
  start(): void {
    this.#since = performance.now()
    this.#times.length = 0
    this.#timer = setInterval(() => this.#call(), PERIOD)
  }

  /** No further calls. */
  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer)
    this.#timer = null
  }

  close(): void {
    this.stop()
    this.#socket.close()
  }

  #call(): void {
    const { method, uri } = this.#probe
    const callId = `probe-${++this.#calls}-${this.#socket.address().port}@${PROXY}`
    const to = method === 'REGISTER' ? '<sip:probe@example.com>' : '"Bob" <sip:bob@example.com>'
    this.#sent.set(callId, performance.now())
    this.#send([`${method} ${uri} SIP/2.0`, this.#via(`${this.#calls}`), ...this.#dialog(callId, to, `1 ${method}`), this.#contact()])
  }

  #receive(reply: string, now: number): void {
    const callId = header(reply, 'Call-ID')
    const sent = this.#sent.get(callId)
    if (sent === undefined || !reply.startsWith('SIP/2.0 2')) return
    this.#sent.delete(callId)
    if (sent >= this.#since) this.#times.push(now - sent)
    if (this.#probe.method === 'INVITE') this.#hangUp(reply, callId)
  }

  #hangUp(reply: string, callId: string): void {
    const target = /<([^>]+)>/.exec(header(reply, 'Contact'))?.[1] ?? ''
    const routes = [...reply.matchAll(/^Record-Route: *(.*)\r$/gim)].map((match) => `Route: ${match[1]}`).toReversed()
    const number = callId.split('-')[1]
    const to = header(reply, 'To')
    this.#send([`ACK ${target} SIP/2.0`, this.#via(`${number}a`), ...routes, ...this.#dialog(callId, to, '1 ACK')])
    this.#send([`BYE ${target} SIP/2.0`, this.#via(`${number}b`), ...routes, ...this.#dialog(callId, to, '2 BYE')])
  }

  #via(branch: string): string {
    const { port } = this.#socket.address()
    return `Via: SIP/2.0/UDP ${PROXY}:${port};branch=z9hG4bK-probe-${port}-${branch}`
  }

  #contact(): string {
    return `Contact: <sip:probe@${PROXY}:${this.#socket.address().port}>`
  }

  #dialog(callId: string, to: string, cseq: string): readonly string[] {
    const from = this.#probe.method === 'REGISTER' ? '<sip:probe@example.com>' : '"Alice" <sip:alice@example.com>'
    return [`From: ${from};tag=probe`, `To: ${to}`, `Call-ID: ${callId}`, `CSeq: ${cseq}`, 'Max-Forwards: 70']
  }

  #send(lines: readonly string[]): void {
    this.#socket.send(`${[...lines, 'Content-Length: 0'].join('\r\n')}\r\n\r\n`, Port.PROXY, PROXY)
  }
}

function header(message: string, name: string): string {
  return new RegExp(`^${name}: *(.*)\\r$`, 'im').exec(message)?.[1] ?? ''
}
