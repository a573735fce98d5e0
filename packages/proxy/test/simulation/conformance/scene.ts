import { Agent, type RequestOptions } from '../agent.ts'
import { SimulatedProxy, type ProxyOptions } from '../simulated-proxy.ts'
import type { TextMessage } from '../text-message.ts'
import { STREAM, World, type Sent } from '../world.ts'

export interface SceneOptions extends ProxyOptions {
  /** Phones that the proxy forks to; 1 by default. */
  readonly phones?: number
  /** Phones and caller are reached over streams. */
  readonly stream?: boolean
}

/** A caller, a proxy and phones; the caller's requests fork to all of them unless a route says otherwise. */
export class Scene {
  readonly world = new World()
  readonly proxy: SimulatedProxy
  readonly caller: Agent
  readonly phones: readonly Agent[]

  constructor({ phones = 1, stream = false, ...options }: SceneOptions = {}) {
    const link = stream ? STREAM : ''
    this.proxy = new SimulatedProxy(this.world, options)
    this.caller = new Agent(this.world, `${link}10.0.0.2:5060`)
    this.phones = Array.from({ length: phones }, (_, i) => new Agent(this.world, `${link}10.0.1.${i}:5060`))
    this.proxy.targets = this.phones.map((phone) => `sip:bob@${phone.address}${stream ? ';transport=tcp' : ''}`)
  }

  get phone(): Agent {
    return this.phones[0]
  }

  /** The network's latency is 1 ms. */
  run(ms = 10): void {
    this.world.run(ms)
  }

  /** The caller sends a request; it arrives. */
  send(method: string, options: Partial<RequestOptions> = {}): TextMessage {
    const request = this.caller.request(this.proxy.address, { method, uri: 'sip:bob@10.0.0.1', ...options })
    this.run()
    return request
  }

  invite(options: Partial<RequestOptions> = {}): TextMessage {
    return this.send('INVITE', options)
  }

  /** A phone answers the last request of that method that it got; the answer arrives. */
  answer(status: string | number, { from = 0, method = 'INVITE', headers = [] as readonly string[] } = {}): void {
    const phone = this.phones[from]
    phone.reply(this.proxy.address, phone.last(method), typeof status === 'number' ? `${status} Code ${status}` : status, headers)
    this.run()
  }

  again(request: TextMessage): void {
    this.caller.again(this.proxy.address, request)
    this.run()
  }

  /** The caller acknowledges the last reply to `invite`. */
  ack(invite: TextMessage): void {
    this.caller.ack(this.proxy.address, invite, this.caller.last('INVITE'))
    this.run()
  }

  cancel(invite: TextMessage, headers: readonly string[] = []): void {
    this.caller.cancel(this.proxy.address, invite, headers)
    this.run()
  }

  /** Codes that the caller got for a method. */
  codes(method = 'INVITE'): readonly number[] {
    return this.caller.statuses(method)
  }

  /** What the proxy sent to `to` that begins with `start`. */
  sent(to: Agent, start: string): readonly Sent[] {
    return this.world.wire.filter((sent) => sent.to === to.place && sent.from !== to.place && sent.text.startsWith(start))
  }

  /** Milliseconds from the first of these to each further one. */
  gaps(to: Agent, start: string): readonly number[] {
    const times = this.sent(to, start).map(({ at }) => at)
    return times.slice(1).map((time) => Math.round(time - times[0]))
  }

  /** Runs until everything is over, and tells what is left: nothing, if all is well. */
  leftovers(): Readonly<Record<string, number>> {
    this.run(400_000)
    const { engine } = this.proxy
    const counts = {
      current: this.proxy.current,
      waiting: this.proxy.stat('tmWaiting'),
      timers: engine.wheel.armed,
      blocks: engine.transactions.core.slab.usage().blocks,
      unfreed: this.proxy.stat('tmCreated') - this.proxy.stat('tmFreed'),
    }
    return Object.fromEntries(Object.entries(counts).filter(([, count]) => count !== 0))
  }
}
