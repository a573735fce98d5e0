import { TextMessage } from './text-message.ts'
import { isStream, STREAM, type World } from './world.ts'

export interface RequestOptions {
  readonly method: string
  readonly uri: string
  readonly callId?: string
  readonly cseq?: number
  readonly branch?: string
  readonly toTag?: string
  readonly headers?: readonly string[]
  readonly body?: string
}

/** A SIP endpoint of the simulated network that says what a test tells it to say. */
export class Agent {
  readonly world: World
  /** `ip:port`, as it stands in messages. */
  readonly address: string
  /** Where it is on the network: the address, `tcp/` before it on a stream. */
  readonly place: string
  readonly received: TextMessage[] = []
  /** Called for every message; tests replace it. */
  onMessage: (message: TextMessage, from: string) => void = () => undefined
  #branches = 0

  constructor(world: World, place: string) {
    this.world = world
    this.place = place
    this.address = isStream(place) ? place.slice(STREAM.length) : place
    this.listen()
  }

  /** Takes messages, as it does from the start. */
  listen(): void {
    this.world.attach(this.place, (text, from) => {
      const message = new TextMessage(text)
      this.received.push(message)
      this.onMessage(message, from)
    })
  }

  /** Takes none: datagrams to it are lost, connections to it are refused. */
  hide(): void {
    this.world.detach(this.place)
  }

  /** Sends a request through `proxy` and returns it. */
  request(proxy: string, options: RequestOptions): TextMessage {
    const { method, uri, callId = 'call-1', cseq = 1, toTag, headers = [], body = '' } = options
    const branch = options.branch ?? `z9hG4bK-${this.address}-${++this.#branches}`
    const text = [
      `${method} ${uri} SIP/2.0`,
      `Via: SIP/2.0/${isStream(this.place) ? 'TCP' : 'UDP'} ${this.address};branch=${branch}`,
      'Max-Forwards: 70',
      `From: <sip:caller@${this.address}>;tag=from-${callId}`,
      `To: <${uri}>${toTag === undefined ? '' : `;tag=${toTag}`}`,
      `Call-ID: ${callId}`,
      `CSeq: ${cseq} ${method}`,
      `Contact: <sip:caller@${this.address}>`,
      ...headers,
      `Content-Length: ${body.length}`,
      '',
      body,
    ].join('\r\n')
    this.send(proxy, text)
    return new TextMessage(text)
  }

  /** Sends a message again, byte for byte. */
  again(proxy: string, message: TextMessage): void {
    this.send(proxy, message.text)
  }

  /** Sends any bytes, over the agent's own kind of link. */
  send(to: string, text: string): void {
    this.world.send(this.place, isStream(this.place) && !isStream(to) ? STREAM + to : to, text)
  }

  /** Answers a request to where it came from; `status` is code and reason. */
  reply(to: string, request: TextMessage, status: string, headers: readonly string[] = []): void {
    const tag = request.toTag !== '' || status.startsWith('100') ? '' : `;tag=to-${this.address}`
    const copied = request.headers.filter(([name]) => ['via', 'from', 'call-id', 'cseq', 'record-route'].includes(name.toLowerCase()))
    const lines = [
      `SIP/2.0 ${status}`,
      ...copied.map(([name, value]) => `${name}: ${value}`),
      `To: ${request.header('To')}${tag}`,
      `Contact: <sip:callee@${this.address}>`,
      ...headers,
      'Content-Length: 0',
      '',
      '',
    ]
    this.send(to, lines.join('\r\n'))
  }

  /** The CANCEL of an INVITE that this agent sent (RFC 3261 9.1). */
  cancel(proxy: string, invite: TextMessage, headers: readonly string[] = []): void {
    this.#derived(proxy, invite, { method: 'CANCEL', to: invite.header('To'), headers })
  }

  /** The hop-by-hop ACK to a negative reply. */
  ack(proxy: string, invite: TextMessage, reply: TextMessage): void {
    this.#derived(proxy, invite, { method: 'ACK', to: reply.header('To'), headers: [] })
  }

  #derived(
    proxy: string,
    invite: TextMessage,
    from: { readonly method: string; readonly to: string; readonly headers: readonly string[] },
  ): void {
    const { method, to, headers } = from
    const lines = [
      `${method} ${invite.uri} SIP/2.0`,
      `Via: ${invite.header('Via')}`,
      'Max-Forwards: 70',
      `From: ${invite.header('From')}`,
      `To: ${to}`,
      `Call-ID: ${invite.header('Call-ID')}`,
      `CSeq: ${invite.header('CSeq').split(' ')[0]} ${method}`,
      ...headers,
      'Content-Length: 0',
      '',
      '',
    ]
    this.send(proxy, lines.join('\r\n'))
  }

  /** Status codes received for a method. */
  statuses(method: string): readonly number[] {
    return this.received.filter((message) => !message.isRequest && message.method === method).map((message) => message.status)
  }

  /** Requests received of a method. */
  requests(method: string): readonly TextMessage[] {
    return this.received.filter((message) => message.isRequest && message.method === method)
  }

  last(method: string): TextMessage {
    const message = this.received.findLast((candidate) => candidate.method === method)
    if (message === undefined) throw new Error(`${this.address} received no ${method}`)
    return message
  }
}
