import type { SipMessage } from '@signalbox/sip'

import type { Role } from './cast.ts'
import { dialogOf } from './dialog.ts'
import type { Dialog } from './dialog.ts'
import { IncomingCalls } from './incoming-calls.ts'
import { OutgoingRequests } from './outgoing-requests.ts'
import type { Ended } from './outgoing-requests.ts'
import { openLine } from './phone-line.ts'
import type { HostPort, PhoneLine } from './phone-line.ts'
import type { Random } from './random.ts'
import { requestBytes, sessionDescription } from './request-text.ts'
import { Timers } from './timers.ts'

/** How the caller behaves in one call. Milliseconds; `giveUpAfter` null: never. */
export interface CallPlan {
  readonly giveUpAfter: number | null
  readonly talk: number
}

interface Target {
  readonly method: string
  readonly uri: string
  readonly to: string
}

interface Place {
  readonly from: string
  readonly callId: string
  readonly cseq: number
  readonly routes?: readonly string[]
}

interface Content {
  readonly headers?: readonly string[]
  readonly contentType?: string
  readonly body?: string
}

/** One phone: registers, calls, is called, chats and pings. Everything goes through the proxy. */
export class Phone {
  readonly role: Role
  readonly #domain: string
  readonly #line: PhoneLine
  readonly #random: Random
  readonly #timers = new Timers()
  readonly #requests: OutgoingRequests
  readonly #calls: IncomingCalls
  readonly #contact: string
  /** One Call-ID and a rising CSeq for all registrations of a phone (RFC 3261 10.2.4). */
  readonly #registration: string
  #registrations = 0

  private constructor(role: Role, proxy: HostPort, line: PhoneLine, random: Random) {
    this.role = role
    this.#domain = `${proxy.host.includes(':') ? `[${proxy.host}]` : proxy.host}:${proxy.port}`
    this.#line = line
    this.#random = random
    this.#requests = new OutgoingRequests(line, this.#timers)
    this.#contact = `<sip:${role.user}@${line.sentBy}>`
    this.#calls = new IncomingCalls(role.habit, { line, contact: this.#contact, random, timers: this.#timers })
    this.#registration = `${random.token()}@demo`
  }

  static async open(role: Role, proxy: HostPort, random: Random): Promise<Phone> {
    let phone: Phone | null = null
    const line = await openLine(proxy, (message) => {
      if (phone !== null) phone.#receive(message)
    })
    phone = new Phone(role, proxy, line, random)
    return phone
  }

  #receive(message: SipMessage): void {
    if (message.isRequest) this.#calls.request(message)
    else this.#requests.reply(message)
  }

  /** Binds the phone to its user for that many seconds; 0 ends the binding. Gives the status, 0 without an answer. */
  register(seconds: number): Promise<number> {
    this.#registrations += 1
    const place = { from: this.#from(), callId: this.#registration, cseq: this.#registrations }
    const target = { method: 'REGISTER', uri: `sip:${this.#domain}`, to: `<${this.#uriOf(this.role.user)}>` }
    return new Promise((resolve) => {
      this.#send(target, place, { headers: [`Expires: ${seconds}`] }, (reply) => resolve(reply?.status ?? 0))
    })
  }

  /** Asks the proxy itself what it can do. */
  ping(): void {
    this.#send({ method: 'OPTIONS', uri: `sip:${this.#domain}`, to: `<sip:${this.#domain}>` }, this.#newPlace())
  }

  say(user: string, text: string): void {
    const uri = this.#uriOf(user)
    this.#send({ method: 'MESSAGE', uri, to: `<${uri}>` }, this.#newPlace(), { contentType: 'text/plain', body: text })
  }

  call(user: string, plan: CallPlan): void {
    const uri = this.#uriOf(user)
    const place = this.#newPlace()
    const offer = { contentType: 'application/sdp', body: sessionDescription(this.#line.host) }
    let dialog: Dialog | null = null
    const cancel = this.#send({ method: 'INVITE', uri, to: `<${uri}>` }, place, offer, (reply) => {
      if (reply === null || reply.status >= 300) return
      const isFirst = dialog === null
      dialog ??= dialogOf(reply)
      if (dialog === null) return
      this.#line.send(this.#bytes({ method: 'ACK', uri: dialog.target, to: dialog.to }, { ...place, routes: dialog.routes }))
      if (isFirst) this.#hangUpLater(dialog, place, plan.talk)
    })
    if (plan.giveUpAfter !== null) this.#timers.after(plan.giveUpAfter, cancel)
  }

  /** Leaves without a word; register(0) says goodbye. */
  close(): void {
    this.#timers.clear()
    this.#line.close()
  }

  #hangUpLater({ target, to, routes }: Dialog, place: Place, talk: number): void {
    this.#timers.after(talk, () => {
      this.#send({ method: 'BYE', uri: target, to }, { ...place, cseq: place.cseq + 1, routes })
    })
  }

  #send(target: Target, place: Place, content: Content = {}, ended: Ended = () => undefined): () => void {
    return this.#requests.send(this.#bytes(target, place, content), ended)
  }

  #bytes(target: Target, place: Place, content: Content = {}): Uint8Array {
    return requestBytes({
      ...target,
      ...place,
      branch: `z9hG4bK${this.#random.token()}`,
      sentBy: this.#line.sentBy,
      contact: this.#contact,
      routes: place.routes ?? [],
      headers: content.headers ?? [],
      contentType: content.contentType ?? '',
      body: content.body ?? '',
    })
  }

  #newPlace(): Place {
    return { from: this.#from(), callId: `${this.#random.token()}@demo`, cseq: 1 }
  }

  #from(): string {
    return `"${this.role.display}" <${this.#uriOf(this.role.user)}>;tag=${this.#random.token()}`
  }

  #uriOf(user: string): string {
    return `sip:${user}@${this.#domain}`
  }
}
