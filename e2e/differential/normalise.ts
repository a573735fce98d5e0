import { cseqMethod } from '../harness/raw-message.ts'
import type { RawMessage } from '../harness/raw-message.ts'
import type { RawUa } from '../harness/raw-ua.ts'
import type { CalleeName } from './scenario.ts'

/** A received message without what differs from run to run. */
export interface Received {
  /** Milliseconds after the start of the scenario. */
  readonly at: number
  /** `INVITE`, or `486 to INVITE`. */
  readonly label: string
  readonly startLine: string
  /** Values by header name in lower case, in their order. */
  readonly headers: ReadonlyMap<string, readonly string[]>
  readonly body: string
}

interface Places {
  readonly caller: RawUa
  readonly callees: Readonly<Record<CalleeName, RawUa>>
}

/** They name the program. */
const ignored = new Set(['server', 'user-agent'])

/** Takes addresses, identifiers of the run, and tags and branches made by the proxy out of messages; equal ones stay recognisable. */
export class Normaliser {
  readonly #names: readonly (readonly [address: string, port: string, name: string])[]
  readonly #token: string
  readonly #made = new Map<string, Map<string, string>>()

  constructor(places: Places, token: string) {
    const { caller, callees } = places
    const ports = [['PROXY', caller.proxy.port] as const, ['CALLER', caller.port.port] as const].concat(
      Object.entries(callees).map(([name, ua]) => [name.toUpperCase(), ua.port.port] as never),
    )
    this.#names = ports.map(([name, port]) => [`127.0.0.1:${port}`, String(port), name] as const)
    this.#token = token
  }

  received(receiver: string, message: RawMessage, at: number): Received {
    const headers = new Map<string, string[]>()
    for (const [name, value] of message.headers) {
      if (ignored.has(name)) continue
      const values = headers.get(name) ?? []
      const text = name === 'call-id' && !value.includes(this.#token) ? 'PROXY MADE' : this.#text(receiver, value)
      values.push(name === 'via' ? sortedParameters(text) : text)
      headers.set(name, values)
    }
    const label = message.method === '' ? `${message.status} to ${cseqMethod(message)}` : message.method
    return { at, label, startLine: this.#text(receiver, message.startLine), headers, body: message.body }
  }

  #text(receiver: string, text: string): string {
    let plain = text
    for (const [address, port, name] of this.#names) {
      plain = plain.replaceAll(address, name).replaceAll(new RegExp(`(rport=|:)${port}\\b`, 'g'), `$1${name}`)
    }
    plain = plain.replaceAll(this.#token, 'RUN')
    // The other end of a connection is wherever the system has put it.
    plain = plain.replace(/rport=\d+/g, 'rport=CONNECTION')
    plain = plain.replace(/(branch=z9hG4bK)([^;,\s]+)/g, (whole, head: string, value: string) =>
      value.startsWith('RUN') ? whole : `${head}${this.#numbered(receiver, 'branch', value)}`,
    )
    return plain.replace(
      /(tag=)([0-9a-f]{20,}[-.][0-9a-f]+)/g,
      (_, head: string, value: string) => head + this.#numbered(receiver, 'tag', value),
    )
  }

  /** The first branch that a receiver sees from the proxy is branch1, and so on. */
  #numbered(receiver: string, kind: string, value: string): string {
    const key = `${receiver} ${kind}`
    const known = this.#made.get(key) ?? new Map<string, string>()
    this.#made.set(key, known)
    const name = known.get(value) ?? `${kind}${known.size + 1}`
    known.set(value, name)
    return name
  }
}

/** The order of Via parameters means nothing. */
function sortedParameters(via: string): string {
  return via
    .split(/,\s*/)
    .map((value) => {
      const [sent = '', ...parameters] = value.split(';')
      return [sent, ...parameters.toSorted()].join(';')
    })
    .join(', ')
}
