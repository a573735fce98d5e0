import { parseMessage, TransportCode } from '@signalbox/sip'
import { silentBus } from '../../src/bus/event-bus.ts'
import { FakeClock } from '../../src/clock/fake-clock.ts'
import { RoutedMessage } from '../../src/forward/routed-message.ts'
import { createCounters } from '../../src/metrics/counter-layout.ts'
import { Registrar } from '../../src/registrar/registrar.ts'
import { Script } from '../../src/script/script.ts'
import type { ScriptServices } from '../../src/script/script-services.ts'
import { tmDefaults, type TmParameters } from '../../src/tm/parameters.ts'
import type { TransactionApi } from '../../src/tm/transaction-api.ts'
import type { Source } from '../../src/transport/transport.ts'
import type { ContactChange } from '../../src/usrloc/contact-journal.ts'
import { Location } from '../../src/usrloc/location.ts'
import { recordingLog } from './scripted-proxy.ts'

/** One call of a fake layer: name and what it was given besides the message. */
export type Call = readonly [name: string, ...args: unknown[]]

/** A script layer over fakes that only write down what they are asked, and one message to run it on. */
export class ScriptWorld {
  readonly calls: Call[] = []
  readonly log: string[] = []
  /** What waits for its time. */
  readonly timers: (() => void)[] = []
  readonly clock = new FakeClock()
  readonly counters = createCounters()
  readonly location = new Location()
  readonly written: (readonly ContactChange[])[] = []
  /** What the fake functions return, 1 otherwise. */
  readonly results: Record<string, number> = {}
  readonly m = new RoutedMessage()
  readonly script: Script
  readonly registrar: Registrar
  /** Commits that wait; null: every commit succeeds at once. */
  waiting: ((ok: boolean) => void)[] | null = null

  constructor(options: { readonly gateways?: readonly string[]; readonly params?: Partial<TmParameters> } = {}) {
    const replies = {
      reply: (m: RoutedMessage, code: number, reason: string): number => {
        this.calls.push(['reply', code, reason, m.replyHeaders])
        m.answered = true
        return this.results.reply ?? 1
      },
      prepare: (m: RoutedMessage, code: number, reason: string) => {
        const headers = m.replyHeaders
        return {
          send: () => void this.calls.push(['reply', code, reason, headers]),
          fail: () => void this.calls.push(['reply', 500, 'Server Internal Error', '']),
        }
      },
    }
    this.registrar = new Registrar({
      location: this.location,
      journal: {
        append: (changes, done) => {
          this.written.push(changes)
          if (this.waiting === null) done(true)
          else this.waiting.push(done)
        },
      },
      replies,
      clock: this.clock,
      counters: this.counters,
      ruidPrefix: 'uloc-1',
    })
    const services: ScriptServices = {
      tm: this.#transactions(),
      sl: replies,
      registrar: this.registrar,
      transport: { isOwnAddress: (host, port) => host === '127.0.0.1' && (port === 0 || port === 5060) },
      clock: this.clock,
      bus: silentBus,
      counters: this.counters,
      log: recordingLog(this.log),
      gateways: options.gateways ?? [],
      params: { ...tmDefaults, ...options.params },
      heldReplies: { passReply: () => undefined, passStray: () => undefined },
      settings: { select: () => false, reset: () => false, end: () => undefined },
      listeners: () => [],
      turn: (work) => work(),
      after: (_ms, work) => void this.timers.push(work),
    }
    this.script = new Script(services)
  }

  /** Every function writes down its name and arguments and returns `results[name]`. */
  #transactions(): TransactionApi {
    const answer =
      (name: string) =>
      (_m: RoutedMessage, ...args: unknown[]): number => {
        this.calls.push([name, ...args])
        return this.results[name] ?? 1
      }
    return new Proxy({} as TransactionApi, { get: (_, name) => answer(String(name)) })
  }

  load(text: string, file = 'test.js'): void {
    this.script.load({ file, text })
  }

  /** Parses `text` (lines) into the message at hand. */
  receive(text: string, source: Partial<Source> & { readonly address?: string; readonly port?: number } = {}): RoutedMessage {
    const bytes = new TextEncoder().encode(text.replaceAll(/\r?\n/g, '\r\n'))
    const listener = {
      index: 0,
      transport: TransportCode.UDP,
      address: '127.0.0.1',
      port: 5060,
      family: 4 as const,
      advertise: '127.0.0.1:5060',
      wildcard: false,
    }
    const remote = { address: source.address ?? '127.0.0.1', port: source.port ?? 5070, family: 4 as const }
    this.m.reset({ transport: source.transport ?? TransportCode.UDP, listener, remote, connection: source.connection ?? 0 })
    parseMessage(this.m.message, bytes, 0, bytes.length, 'datagram')
    return this.m
  }

  /** Runs `body` as the request route and returns its value; `undefined` comes back as null. */
  run(body: string): unknown {
    this.load(`function ksr_request_route() { console.error(JSON.stringify((() => { ${body} })() ?? null)) }`)
    if (!this.script.request(this.m)) throw new Error(this.log.at(-1))
    return JSON.parse(String(this.log.pop()).replace(/^error /, ''))
  }
}

/** An INVITE as a phone sends it; lines can be added. */
export function invite(extra: readonly string[] = [], uri = 'sip:bob@127.0.0.1:5060'): string {
  return [
    `INVITE ${uri} SIP/2.0`,
    'Via: SIP/2.0/UDP 127.0.0.1:5070;branch=z9hG4bKa1',
    'Max-Forwards: 70',
    'From: "Alice" <sip:alice@example.com>;tag=a1',
    'To: <sip:bob@127.0.0.1>',
    'Call-ID: call-1@127.0.0.1',
    'CSeq: 7 INVITE',
    'Contact: <sip:alice@127.0.0.1:5070>',
    'User-Agent: bench/1.0',
    ...extra,
    'Content-Length: 5',
    '',
    'v=0\n',
  ].join('\n')
}
