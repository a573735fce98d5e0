import { TransportCode } from '@signalbox/sip'
import { beforeEach, describe, expect, it } from 'vitest'
import { Counter, createCounters } from '../metrics/counter-layout.ts'
import { EndpointTable } from '../transport/endpoint.ts'
import type { Destination, Listener } from '../transport/transport.ts'
import { Turn } from '../transport/turn.ts'
import { createCrossingMemory } from './crossing-memory.ts'
import { Mail, ThreadMail } from './thread-mail.ts'
import { News, ThreadNews } from './thread-news.ts'

const encoder = new TextEncoder()
const listeners: readonly Listener[] = [
  { index: 0, transport: TransportCode.UDP, address: '10.0.0.1', port: 5060, family: 4, advertise: '10.0.0.1:5060', wildcard: false },
  { index: 1, transport: TransportCode.TCP, address: '::1', port: 5060, family: 6, advertise: '[::1]:5060', wildcard: false },
]

interface Thread {
  readonly mail: ThreadMail
  readonly news: ThreadNews
  readonly endpoints: EndpointTable
  readonly counters: Float64Array
  readonly turn: Turn
  readonly events: string[]
}

let threads: readonly Thread[]

function start(workers: number): void {
  const memory = createCrossingMemory(workers)
  threads = Array.from({ length: workers }, (_, worker) => {
    const events: string[] = []
    const bell = {
      wake: () => void events.push('wake'),
      sleep: () => void events.push('sleep'),
      ring: (to: number) => void events.push(`ring ${to}`),
    }
    const news = new ThreadNews(memory, worker, (to) => bell.ring(to))
    const endpoints = new EndpointTable()
    const counters = createCounters()
    const turn = new Turn()
    news.on(News.CONTACT, (text) => events.push(`news ${text}`))
    const user = {
      message: (kind: number, { listener, remote, connection }: Destination, bytes: Uint8Array, length: number) =>
        void events.push(
          `${kind} over ${listener.index} ${remote.address} ${remote.port} ${connection}: ${Buffer.from(bytes.subarray(0, length)).toString()}`,
        ),
      order: (text: string) => void events.push(`order ${text}`),
    }
    const again = (soon: boolean): void => void events.push(soon ? 'soon' : 'later')
    const mail = new ThreadMail({ memory, worker, news, bell, turn, endpoints, listeners: () => listeners, counters, user, again })
    return { mail, news, endpoints, counters, turn, events }
  })
}

function place(thread: Thread, address: string, port: number, over: { listener?: number; connection?: number } = {}): Destination {
  const listener = listeners[over.listener ?? 0]
  const remote = thread.endpoints.of(address, port)
  if (remote === null) throw new Error(address)
  return { transport: listener.transport, listener, remote, connection: over.connection ?? 0 }
}

function pass(from: number, to: number, text: string, over = place(threads[from], '10.0.0.2', 5062)): boolean {
  let passed = false
  threads[from].turn.run(() => {
    passed = threads[from].mail.pass(to, Mail.RECEIVED, over, encoder.encode(text))
  })
  return passed
}

/** What one turn takes. */
function taken(thread: number): readonly string[] {
  threads[thread].events.length = 0
  threads[thread].mail.take()
  return threads[thread].events.filter((event) => event !== 'wake')
}

beforeEach(() => start(3))

describe('mail between SIP threads', () => {
  it('brings messages with where they came from, in order', () => {
    pass(0, 1, 'first')
    pass(0, 1, 'second', place(threads[0], 'fe80::1', 40_000, { listener: 1, connection: 2 ** 33 + 1 }))
    expect(taken(1)).toEqual(['1 over 0 10.0.0.2 5062 0: first', `1 over 1 fe80::1 40000 ${2 ** 33 + 1}: second`])
    expect(taken(1)).toEqual([])
    expect(taken(2)).toEqual([])
  })

  it('keeps destinations apart that share a port', () => {
    for (const address of ['10.0.0.2', '10.0.0.3', '10.0.0.2']) pass(0, 1, 'x', place(threads[0], address, 5060))
    expect(taken(1).map((event) => event.split(' ')[3])).toEqual(['10.0.0.2', '10.0.0.3', '10.0.0.2'])
  })

  it('brings orders', () => {
    threads[2].turn.run(() => void threads[2].mail.order(0, '{"ä":1}'))
    expect(taken(0)).toEqual(['order {"ä":1}'])
  })

  it('rings once for a whole turn, at its end', () => {
    const { mail, turn, events } = threads[0]
    turn.run(() => {
      for (const to of [1, 2, 1]) mail.pass(to, Mail.SEND, place(threads[0], '10.0.0.2', 5060), encoder.encode('x'))
      expect(events).toEqual([])
    })
    expect(events).toEqual(['ring 1', 'ring 2'])
    expect(threads[0].counters[Counter.messagesPassed]).toBe(3)
  })

  it('drops and counts what finds a full ring, and rings nevertheless', () => {
    const large = 'x'.repeat(60_000)
    let passed = 0
    while (pass(0, 1, large)) passed++
    expect(passed).toBeGreaterThan(10)
    expect(threads[0].counters[Counter.messagesNotPassed]).toBe(1)
    expect(threads[0].events.at(-1)).toBe('ring 1')
    expect(taken(1)).toHaveLength(passed)
    expect(pass(0, 1, large)).toBe(true)
  })

  it('keeps what came over a stream until the ring has room, in order: nobody sends it again, RFC 3261 17.1', () => {
    const large = 'x'.repeat(60_000)
    let passed = 0
    while (pass(0, 1, large)) passed++
    const { mail, counters, events } = threads[0]
    const stream = place(threads[0], '10.0.0.3', 5070, { listener: 1, connection: 4 })
    expect([pass(0, 1, `${large} request`, stream), pass(0, 1, 'ACK', stream)]).toEqual([true, true])
    expect(counters[Counter.messagesNotPassed]).toBe(1)
    mail.rest()
    expect(events.at(-1)).toBe('later')

    expect(taken(1)).toHaveLength(passed)
    events.length = 0
    expect(pass(0, 1, 'BYE', stream)).toBe(true)
    mail.rest()
    expect(events).toEqual(['ring 1', 'ring 1', 'sleep'])
    expect(taken(1).map((event) => event.slice(event.lastIndexOf(' ') + 1))).toEqual(['request', 'ACK', 'BYE'])
  })

  it('drops and counts messages of streams, too, once 4 MiB of them wait for a thread that does not run', () => {
    const large = 'x'.repeat(60_000)
    const stream = place(threads[0], '10.0.0.3', 5070, { listener: 1, connection: 4 })
    let passed = 0
    while (passed < 1000 && pass(0, 1, large, stream)) passed++
    expect(passed * large.length).toBeGreaterThan(1.4 * 2 ** 22)
    expect(threads[0].counters[Counter.messagesNotPassed]).toBe(1)
    for (let left = passed; left > 0; left -= taken(1).length) threads[0].mail.rest()
    threads[0].mail.rest()
    expect(threads[0].events.at(-1)).toBe('sleep')
    expect(pass(0, 1, large, stream)).toBe(true)
  })

  it('takes a bounded number in a turn, from everybody, and asks for another turn when some is left', () => {
    for (let i = 0; i < 300; i++) pass(0, 2, `a${i}`)
    for (let i = 0; i < 300; i++) pass(1, 2, `b${i}`)
    const first = taken(2)
    expect(first).toHaveLength(256)
    threads[2].mail.rest()
    expect(threads[2].events.at(-1)).toBe('soon')
    const second = taken(2)
    // The other thread's mail came first this time.
    expect(first[0].endsWith('b0')).not.toBe(second[0].includes(': b'))
    expect([...second, ...taken(2)]).toHaveLength(344)
    threads[2].mail.rest()
    expect(threads[2].events.at(-1)).toBe('sleep')
  })

  it('hears the news that were told before a message was passed, before that message', () => {
    threads[0].news.tell(News.CONTACT, 'bob is there')
    pass(1, 2, 'INVITE bob')
    expect(taken(2)).toEqual(['news bob is there', '1 over 0 10.0.0.2 5062 0: INVITE bob'])
    threads[0].news.tell(News.CONTACT, 'bob has gone')
    threads[2].events.length = 0
    threads[2].mail.attend()
    expect(threads[2].events).toEqual(['wake', 'news bob has gone'])
  })

  it('passes over what came over a listener that it does not have', () => {
    const over = place(threads[0], '10.0.0.2', 5060)
    pass(0, 1, 'x', { ...over, listener: { ...over.listener, index: 9 } })
    pass(0, 1, 'y')
    expect(taken(1)).toEqual(['1 over 0 10.0.0.2 5062 0: y'])
  })

  it('tries again after a while to tell what found no room', () => {
    for (let i = 0; i < 600; i++) threads[0].news.tell(News.CONTACT, 'x'.repeat(1000))
    threads[0].mail.rest()
    expect(threads[0].events.at(-1)).toBe('later')
  })
})
