import { Agent } from './agent.ts'
import { RandomPhone } from './random-phone.ts'
import type { SimulatedProxy } from './simulated-proxy.ts'
import { seededRandom, STREAM, World } from './world.ts'

/** Where the callers send to. */
export const EDGE = '10.0.0.1:5060'
/** The second proxy of a chain. */
export const INNER = '10.0.0.5:5060'
const RETRANSMISSIONS = [500, 1500, 3500, 7500, 15_500, 31_500] as const

const NAMES = ['sip:bob@phone.example', 'sip:bob@phones.example', 'sip:bob@nowhere.example', 'sip:bob@failing.example'] as const

function uriOf({ agent }: RandomPhone): string {
  return `sip:bob@${agent.address}${agent.place.startsWith(STREAM) ? ';transport=tcp' : ''}`
}

/** The network, the phones and the callers of a world, all drawn from one seed. */
export class RandomTraffic {
  readonly dice: () => number
  readonly world: World
  /** Do requests go through two proxies? */
  readonly chained: boolean
  /** Local requests that ended, by number: each MUST end once. */
  readonly localOutcomes: number[] = []
  readonly #phones: readonly RandomPhone[]
  #targets: readonly string[] = []

  constructor(seed: number) {
    const dice = seededRandom(seed)
    this.dice = dice
    this.world = new World(seed ^ 0x5eed, { latency: 1 + dice() * 30, jitter: dice() * 200, loss: dice() * 0.3, duplication: dice() * 0.2 })
    this.chained = dice() < 0.35
    const streams = dice() < 0.4 ? 0.5 : 0
    this.#phones = Array.from({ length: 5 }, (_, i) => {
      const place = `${dice() < streams ? STREAM : ''}10.0.1.${i}:5060`
      return new RandomPhone(new Agent(this.world, place), dice)
    })
  }

  /** Phones that start again now and then, some of them for long. */
  restartPhones(): void {
    const { dice, world } = this
    for (const phone of this.#phones)
      for (let restarts = dice() < 0.3 ? 1 + Math.floor(dice() * 3) : 0; restarts > 0; restarts--)
        world.after(dice() * 15_000, () => phone.restart(dice() * (dice() < 0.2 ? 30_000 : 2000)))
  }

  anyPhone(): string {
    return uriOf(this.#phones[Math.floor(this.dice() * this.#phones.length)])
  }

  /** Every phone by its address, and names of some. */
  everyPhone(): readonly string[] {
    return [...this.#phones.map((phone) => uriOf(phone)), ...NAMES]
  }

  /** The targets of a request at `proxy`: of a chain, the first knows only the second, or now and then both know phones. */
  targetsAt(proxy: SimulatedProxy): readonly string[] {
    if (this.chained && proxy.address === EDGE && this.dice() < 0.8) return [`sip:bob@${INNER}`]
    return this.dice() < 0.15 ? [...this.#targets, ...NAMES.filter(() => this.dice() < 0.5)] : this.#targets
  }

  /** A call at some time within the first seconds, over datagrams or a stream. */
  placeCall(call: number, callId: string): void {
    const { dice, world } = this
    const place = `${dice() < 0.15 ? STREAM : ''}10.0.2.${call % 200}:${5060 + Math.floor(call / 200)}`
    const caller = new Agent(world, place)
    const targets = Array.from({ length: 1 + Math.floor(dice() * 4) }, () => this.anyPhone())
    world.after(dice() * 5000, () => {
      this.#targets = targets
      if (dice() < 0.15) this.#message(caller, callId)
      else this.#invite(caller, callId)
    })
  }

  #message(caller: Agent, callId: string): void {
    const request = caller.request(EDGE, { method: 'MESSAGE', uri: 'sip:bob@10.0.0.1', callId, ...oldBranch(this.dice, callId) })
    this.#retransmit(caller, () => caller.again(EDGE, request))
  }

  /** It retransmits, acknowledges, and hangs up early now and then. */
  #invite(caller: Agent, callId: string): void {
    const { dice, world } = this
    const request = caller.request(EDGE, { method: 'INVITE', uri: 'sip:bob@10.0.0.1', callId, ...oldBranch(dice, callId) })
    let answered = false
    caller.onMessage = (message) => {
      if (message.isRequest || message.method !== 'INVITE' || message.header('Call-ID') !== callId) return
      answered = true
      if (message.status >= 300) caller.ack(EDGE, request, message)
      else if (message.status >= 200 && dice() < 0.7)
        caller.request(EDGE, { method: 'ACK', uri: request.uri, callId, toTag: message.toTag })
    }
    this.#retransmit(caller, () => !answered && caller.again(EDGE, request))
    if (dice() >= 0.3) return
    // Now and then the CANCEL overtakes the INVITE.
    const at = dice() < 0.1 ? 0 : dice() * 8000
    for (const delay of [0, 500, 1500, 3500])
      world.after(at + delay, () => caller.statuses('CANCEL').length === 0 && caller.cancel(EDGE, request))
  }

  #retransmit(caller: Agent, again: () => void): void {
    if (caller.place.startsWith(STREAM)) return
    for (const at of RETRANSMISSIONS) this.world.after(at, again)
  }

  /** A request that `proxy` sends of its own. */
  placeLocal(proxy: SimulatedProxy): void {
    const { dice, world } = this
    const number = this.localOutcomes.push(0) - 1
    const uri = dice() < 0.8 ? this.anyPhone() : dice() < 0.5 ? 'sip:bob@phones.example' : 'sip:bob@nowhere.example'
    world.after(dice() * 5000, () => {
      const result = proxy.engine.transactions.startLocal(
        {
          method: dice() < 0.5 ? 'INVITE' : 'OPTIONS',
          uri,
          nextHop: '',
          listener: null,
          headers: 'From: <sip:monitor@proxy>\r\nTo: <sip:bob@phone>\r\n',
          body: '',
          noAck: dice() < 0.2,
          frTimer: 0,
          frInvTimer: 0,
        },
        ({ status }) => {
          if (status >= 200) this.localOutcomes[number]++
        },
      )
      // Refused at once: nothing is to come.
      if (result < 0) this.localOutcomes[number]++
      proxy.wake()
    })
  }
}

/** Few callers are older than RFC 3261: their branches mean nothing. */
function oldBranch(dice: () => number, callId: string): { readonly branch?: string } {
  return dice() < 0.03 ? { branch: callId } : {}
}
