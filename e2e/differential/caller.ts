import { cseqMethod, headerValue, readRaw } from '../harness/raw-message.ts'
import type { RawMessage } from '../harness/raw-message.ts'
import { callerDialog } from '../harness/raw-ua.ts'
import type { Dialog, RawUa } from '../harness/raw-ua.ts'
import type { CallerAction, Scenario } from './scenario.ts'

/** The calling side of a scenario: sends what the plan says and acknowledges as a user agent does. */
export class Caller {
  readonly #ua: RawUa
  readonly #scenario: Scenario
  /** Part of every identifier of this run. */
  readonly #token: string
  #request = ''
  #requests = 0
  #negative: RawMessage | null = null
  #answered: RawMessage | null = null

  constructor(ua: RawUa, scenario: Scenario, token: string) {
    this.#ua = ua
    this.#scenario = scenario
    this.#token = token
  }

  get callId(): string {
    return `${this.#token}@differential`
  }

  send(action: CallerAction): void {
    const text = this.#textOf(action)
    const edited = (action.edits ?? []).reduce((whole, [found, replacement]) => whole.replace(found, replacement), text)
    if (action.send === 'request') this.#request = edited
    void this.#ua.send(edited)
  }

  /** What the caller does by itself about a reply. */
  receive(message: RawMessage): void {
    const { acks = 'all' } = this.#scenario
    if (message.status < 200 || cseqMethod(message) !== 'INVITE') return
    if (message.status >= 300) {
      this.#negative = message
      if (acks === 'all') void this.#ua.send(this.#negativeAck())
      return
    }
    this.#answered = message
    if (acks !== 'none') void this.#ua.send(this.#within('ACK', []))
  }

  #textOf(action: CallerAction): string {
    switch (action.send) {
      case 'request':
        return this.#newRequest(action)
      case 'again':
        return this.#request
      case 'cancel':
        return this.#ua.cancel(readRaw(this.#request), action.headers)
      case 'negative ack':
        return this.#negativeAck()
      case 'within dialog':
        return this.#within(action.method ?? 'BYE', action.headers ?? [])
    }
  }

  #nextBranch(): string {
    this.#requests += 1
    return `z9hG4bK${this.#token}.${this.#requests}`
  }

  #newRequest(action: CallerAction): string {
    return this.#ua.request({
      method: action.method ?? 'INVITE',
      uri: this.#ua.uriAtProxy(this.#scenario.id),
      callId: this.callId,
      fromTag: `caller-${this.#token}`,
      branch: this.#nextBranch(),
      cseq: this.#requests,
      headers: action.headers ?? [],
    })
  }

  #negativeAck(): string {
    if (this.#negative === null) throw new Error('there is no negative reply to acknowledge')
    return this.#ua.negativeAck(readRaw(this.#request), this.#negative)
  }

  #within(method: string, headers: readonly string[]): string {
    const ok = this.#answered
    if (ok === null) throw new Error(`${this.#scenario.id}: no 2xx has come, so there is no dialog for ${method}`)
    const dialog: Dialog = callerDialog(ok)
    return this.#ua.request({
      method,
      // A 200 that the proxy made up has no Contact.
      uri: headerValue(ok, 'contact') === '' ? this.#ua.uriAtProxy(this.#scenario.id) : dialog.target,
      from: dialog.from,
      to: dialog.to,
      callId: dialog.callId,
      branch: this.#nextBranch(),
      cseq: method === 'ACK' ? dialog.cseq : dialog.cseq + this.#requests,
      headers: [...dialog.routes.map((route) => `Route: ${route}`), ...headers],
      contact: false,
    })
  }
}
