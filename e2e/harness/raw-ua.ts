import type { Incoming } from './inbox.ts'
import type { RawMessage } from './raw-message.ts'
import { cseqMethod, cseqNumber, headerValue, headerValues, routeValues, tagOf, uriOf } from './raw-message.ts'
import type { RawPort } from './raw-port.ts'
import { bracketed } from './raw-port.ts'

export interface HostPort {
  readonly host: string
  readonly port: number
}

export interface RequestFields {
  readonly method: string
  readonly uri: string
  readonly from?: string
  readonly to?: string
  readonly callId?: string
  readonly cseq?: number
  readonly branch?: string
  readonly fromTag?: string
  /** Complete lines without CRLF. */
  readonly headers?: readonly string[]
  readonly body?: string
  /** false leaves Contact out. */
  readonly contact?: boolean
}

export interface ReplyFields {
  readonly toTag?: string
  readonly headers?: readonly string[]
  readonly body?: string
}

/** What a user agent needs for requests inside a dialog. */
export interface Dialog {
  readonly callId: string
  /** From of the requests that this side sends, with tag. */
  readonly from: string
  readonly to: string
  readonly target: string
  readonly routes: readonly string[]
  readonly cseq: number
}

let serial = 0
const run = process.pid.toString(36)

/** A token that no other request of this run has. */
export function uniqueToken(): string {
  serial += 1
  return `${run}${serial.toString(36)}`
}

/** A user agent made of text templates: nothing is sent that the test did not ask for. */
export class RawUa {
  readonly user: string
  readonly port: RawPort
  readonly proxy: HostPort

  constructor(user: string, port: RawPort, proxy: HostPort) {
    this.user = user
    this.port = port
    this.proxy = proxy
  }

  get address(): string {
    return `${bracketed(this.port.host)}:${this.port.port}`
  }

  get contact(): string {
    return `<sip:${this.user}@${this.address}${this.port.transport === 'TCP' ? ';transport=tcp' : ''}>`
  }

  /** The URI of a user at the proxy. */
  uriAtProxy(user: string): string {
    return `sip:${user}@${bracketed(this.proxy.host)}:${this.proxy.port}`
  }

  request(fields: RequestFields): string {
    const body = fields.body ?? ''
    const from = fields.from ?? `<${this.uriAtProxy(this.user)}>;tag=${fields.fromTag ?? uniqueToken()}`
    const lines = [
      `${fields.method} ${fields.uri} SIP/2.0`,
      `Via: SIP/2.0/${this.port.transport} ${this.address};rport;branch=${fields.branch ?? `z9hG4bK${uniqueToken()}`}`,
      'Max-Forwards: 70',
      `From: ${from}`,
      `To: ${fields.to ?? `<${fields.uri}>`}`,
      `Call-ID: ${fields.callId ?? `${uniqueToken()}@harness`}`,
      `CSeq: ${fields.cseq ?? 1} ${fields.method}`,
      ...(fields.contact === false ? [] : [`Contact: ${this.contact}`]),
      ...(fields.headers ?? []),
      ...(body === '' ? [] : ['Content-Type: text/plain']),
      `Content-Length: ${Buffer.byteLength(body, 'latin1')}`,
    ]
    return `${lines.join('\r\n')}\r\n\r\n${body}`
  }

  async send(text: string | Uint8Array): Promise<void> {
    await this.port.send(text, this.proxy.host, this.proxy.port)
  }

  /** Sends a new request to the proxy and returns its text. */
  async sendRequest(fields: RequestFields): Promise<string> {
    const text = this.request(fields)
    await this.send(text)
    return text
  }

  /** A reply with the headers of RFC 3261 8.2.6, and Record-Route as 12.1.1 wants. */
  reply(request: RawMessage, status: number, reason: string, fields: ReplyFields = {}): string {
    const body = fields.body ?? ''
    const to = headerValue(request, 'to')
    const tag = tagOf(request, 'to') === '' && status > 100 ? `;tag=${fields.toTag ?? `${this.user}-tag`}` : ''
    const lines = [
      `SIP/2.0 ${status} ${reason}`,
      ...headerValues(request, 'via').map((value) => `Via: ${value}`),
      ...headerValues(request, 'record-route').map((value) => `Record-Route: ${value}`),
      `From: ${headerValue(request, 'from')}`,
      `To: ${to}${tag}`,
      `Call-ID: ${headerValue(request, 'call-id')}`,
      `CSeq: ${headerValue(request, 'cseq')}`,
      ...(status >= 180 && status < 300 ? [`Contact: ${this.contact}`] : []),
      ...(fields.headers ?? []),
      ...(body === '' ? [] : ['Content-Type: text/plain']),
      `Content-Length: ${Buffer.byteLength(body, 'latin1')}`,
    ]
    return `${lines.join('\r\n')}\r\n\r\n${body}`
  }

  answer(incoming: Incoming, status: number, reason: string, fields: ReplyFields = {}): void {
    incoming.answer(this.reply(incoming.message, status, reason, fields))
  }

  /** Takes the next request with this method. */
  async takeRequest(method: string, timeoutMs?: number): Promise<Incoming> {
    return this.port.inbox.take(`${method} request`, (message) => message.method === method, timeoutMs)
  }

  /** Takes the next reply with this status, to this method when one is given. */
  async takeReply(status: number, method = '', timeoutMs?: number): Promise<RawMessage> {
    const fits = (message: RawMessage): boolean => message.status === status && (method === '' || cseqMethod(message) === method)
    const incoming = await this.port.inbox.take(`${status} to ${method === '' ? 'any request' : method}`, fits, timeoutMs)
    return incoming.message
  }

  async register(headers: readonly string[] = ['Expires: 600']): Promise<RawMessage> {
    const own = this.uriAtProxy(this.user)
    await this.sendRequest({ method: 'REGISTER', uri: `sip:${bracketed(this.proxy.host)}:${this.proxy.port}`, to: `<${own}>`, headers })
    return this.takeReply(200, 'REGISTER')
  }

  /** ACK to a negative final reply, hop by hop: same branch and Request-URI as the INVITE (RFC 3261 17.1.1.3). */
  negativeAck(invite: RawMessage, reply: RawMessage): string {
    return [
      `ACK ${invite.requestUri} SIP/2.0`,
      `Via: ${headerValue(invite, 'via')}`,
      'Max-Forwards: 70',
      `From: ${headerValue(invite, 'from')}`,
      `To: ${headerValue(reply, 'to')}`,
      `Call-ID: ${headerValue(invite, 'call-id')}`,
      `CSeq: ${cseqNumber(invite)} ACK`,
      'Content-Length: 0\r\n\r\n',
    ].join('\r\n')
  }

  /** CANCEL of an INVITE that this user agent sent (RFC 3261 9.1). */
  cancel(invite: RawMessage, headers: readonly string[] = []): string {
    return [
      `CANCEL ${invite.requestUri} SIP/2.0`,
      `Via: ${headerValue(invite, 'via')}`,
      'Max-Forwards: 70',
      `From: ${headerValue(invite, 'from')}`,
      `To: ${headerValue(invite, 'to')}`,
      `Call-ID: ${headerValue(invite, 'call-id')}`,
      `CSeq: ${cseqNumber(invite)} CANCEL`,
      ...headers,
      'Content-Length: 0\r\n\r\n',
    ].join('\r\n')
  }

  /** A request inside the dialog, along the route set (RFC 3261 12.2.1.1; our proxies are loose routers). */
  withinDialog(method: string, dialog: Dialog, cseq = dialog.cseq): string {
    return this.request({
      method,
      uri: dialog.target,
      from: dialog.from,
      to: dialog.to,
      callId: dialog.callId,
      cseq,
      headers: dialog.routes.map((route) => `Route: ${route}`),
    })
  }
}

/** The caller's dialog after a 2xx: route set reversed (RFC 3261 12.1.2). */
export function callerDialog(ok: RawMessage): Dialog {
  return {
    callId: headerValue(ok, 'call-id'),
    from: headerValue(ok, 'from'),
    to: headerValue(ok, 'to'),
    target: uriOf(headerValue(ok, 'contact')),
    routes: routeValues(ok, 'record-route').toReversed(),
    cseq: cseqNumber(ok),
  }
}

/** The callee's dialog after it answered: roles swapped, route set in order (RFC 3261 12.1.1). */
export function calleeDialog(invite: RawMessage, toTag: string): Dialog {
  return {
    callId: headerValue(invite, 'call-id'),
    from: `${headerValue(invite, 'to')};tag=${toTag}`,
    to: headerValue(invite, 'from'),
    target: uriOf(headerValue(invite, 'contact')),
    routes: routeValues(invite, 'record-route'),
    cseq: 1,
  }
}
