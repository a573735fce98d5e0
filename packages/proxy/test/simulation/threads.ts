import { createCrossingMemory, type CrossingMemory } from '../../src/crossing/crossing-memory.ts'
import { Steering } from '../../src/crossing/steering.ts'
import { ThreadMail, type Bell } from '../../src/crossing/thread-mail.ts'
import { ThreadNews } from '../../src/crossing/thread-news.ts'
import type { Engine } from '../../src/engine.ts'
import { createCounters } from '../../src/metrics/counter-layout.ts'
import { ownerOfLabel } from '../../src/tm/cell-table.ts'
import { carryOut } from '../../src/tm/carry-out.ts'
import type { OtherTransactions, TransactionOrder } from '../../src/tm/transaction-order.ts'
import { EndpointTable } from '../../src/transport/endpoint.ts'
import type { TransportUser } from '../../src/transport/transport.ts'
import { Turn } from '../../src/transport/turn.ts'
import type { SimulatedProxy, SimulatedThread } from './simulated-proxy.ts'
import type { World } from './world.ts'

/** Worlds come and go; what they pass on is little. */
const SMALL_RINGS = 1 << 18

type Receive = (text: string, from: string) => void

/** Threads that share the addresses of a proxy: each message arrives at whichever of them the dice say. */
export class SimulatedThreads {
  readonly world: World
  readonly workers: number
  readonly memory: CrossingMemory
  readonly dice: () => number
  readonly proxies: SimulatedProxy[] = []
  readonly #entrances = new Map<string, Receive[]>()

  constructor(world: World, workers: number, dice: () => number) {
    this.world = world
    this.workers = workers
    this.dice = dice
    this.memory = createCrossingMemory(workers, SMALL_RINGS)
  }

  /** `make` gets what makes its proxy one of the threads. */
  start(make: (thread: SimulatedThread) => SimulatedProxy): void {
    for (let worker = 0; worker < this.workers; worker++) this.proxies.push(make(new Thread(this, worker)))
  }

  attach(place: string, receive: Receive): void {
    const entrances = this.#entrances.get(place) ?? []
    this.#entrances.set(place, entrances)
    entrances.push(receive)
    this.world.attach(place, (text, from) => entrances[Math.floor(this.dice() * entrances.length)](text, from))
  }
}

class Thread implements SimulatedThread {
  readonly worker: number
  readonly workers: number
  readonly #threads: SimulatedThreads
  readonly #news: ThreadNews
  readonly #mail: ThreadMail
  readonly #turn: Turn
  #user: Steering | null = null

  constructor(threads: SimulatedThreads, worker: number) {
    const { world, memory, workers } = threads
    this.worker = worker
    this.workers = workers
    this.#threads = threads
    this.#turn = new Turn(
      () => this.#mail.take(),
      () => this.#mail.rest(),
    )
    const bell: Bell = {
      wake: () => undefined,
      sleep: () => undefined,
      // Late now and then, and once too often rather than never.
      ring: (other) => world.after(threads.dice() * 5, () => threads.proxies[other].wake()),
    }
    this.#news = new ThreadNews(memory, worker, (other) => bell.ring(other))
    const endpoints = new EndpointTable()
    this.#mail = new ThreadMail({
      memory,
      worker,
      news: this.#news,
      bell,
      turn: this.#turn,
      endpoints,
      listeners: () => threads.proxies[worker].listeners,
      counters: createCounters(),
      user: {
        message: (kind, over, bytes, length) => this.#user?.message(kind, over, bytes, length),
        order: (text) => carryOut(threads.proxies[worker].engine.transactions.core, JSON.parse(text) as TransactionOrder),
      },
      again: (soon) => world.after(soon ? 0 : 20, () => threads.proxies[worker].wake()),
    })
  }

  get others(): OtherTransactions {
    return {
      order: (order) => {
        const owners = 'label' in order ? [ownerOfLabel(order.label, this.workers)] : this.#threads.proxies.map((_, i) => i)
        const others = owners.filter((owner) => owner !== this.worker)
        for (const other of others) this.#mail.order(other, JSON.stringify(order))
        return others.length === 0 ? -1 : 1
      },
    }
  }

  attach(place: string, receive: Receive): void {
    this.#threads.attach(place, receive)
  }

  steer({ receiver }: Engine): TransportUser {
    const { worker, workers } = this
    this.#user = new Steering({
      worker,
      workers,
      passing: this.#mail,
      target: receiver,
      sendHere: () => false,
      repliesByCallId: () => false,
    })
    return this.#user
  }

  run(work: () => void): void {
    this.#turn.run(work)
  }
}
