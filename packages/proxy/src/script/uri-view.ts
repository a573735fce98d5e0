import { findParam, parseUri, Range, Scheme, SipParseError, Uri } from '@signalbox/sip'
import type { RoutedMessage } from '../forward/routed-message.ts'
import type { Transport } from '../transport/transport.ts'

const encoder = new TextEncoder()
const decoder = new TextDecoder()
const range = new Range()

/** A parsed URI whose parts become strings when they are asked for. '' stands for an absent part. */
export class UriView {
  readonly view = new Uri()
  bytes: Uint8Array = new Uint8Array(0)
  valid = false

  /** False when the octets are no URI; every part is '' then. */
  readBytes(bytes: Uint8Array, start: number, end: number): boolean {
    this.bytes = bytes
    try {
      parseUri(this.view, bytes, start, end)
      this.valid = true
    } catch (error) {
      if (!(error instanceof SipParseError)) throw error
      this.view.reset()
      this.valid = false
    }
    return this.valid
  }

  readText(text: string): boolean {
    const bytes = encoder.encode(text)
    return this.readBytes(bytes, 0, bytes.length)
  }

  get isSip(): boolean {
    return this.view.scheme === Scheme.SIP || this.view.scheme === Scheme.SIPS
  }

  get hasUser(): boolean {
    return this.view.userStart !== -1
  }

  get scheme(): string {
    return this.text(this.view.schemeStart, this.view.schemeEnd)
  }

  get user(): string {
    return this.text(this.view.userStart, this.view.userEnd)
  }

  get password(): string {
    return this.text(this.view.passwordStart, this.view.passwordEnd)
  }

  /** With brackets for an IPv6 reference. */
  get host(): string {
    return this.text(this.view.hostStart, this.view.hostEnd)
  }

  /** 0 absent. */
  get port(): number {
    return this.view.port
  }

  /** From the first semicolon on. */
  get params(): string {
    return this.text(this.view.paramsStart, this.view.paramsEnd)
  }

  get headers(): string {
    return this.text(this.view.headersStart, this.view.headersEnd)
  }

  /** Value of a parameter (lower-case name), '' for a flag, null when absent. */
  param(name: string): string | null {
    if (!findParam(this.bytes, this.view.paramsStart, this.view.paramsEnd, name, range)) return null
    return this.text(range.start, range.end)
  }

  /** Does host and port name one of our listeners (RFC 3261 16.4)? */
  isOwn(transport: Pick<Transport, 'isOwnAddress'>): boolean {
    if (!this.isSip) return false
    const { hostStart, hostEnd, isIpv6, port } = this.view
    const host = isIpv6 ? this.text(hostStart + 1, hostEnd - 1) : this.text(hostStart, hostEnd)
    return transport.isOwnAddress(host, port)
  }

  text(start: number, end: number): string {
    return start === -1 ? '' : decoder.decode(this.bytes.subarray(start, end))
  }
}

/** The Request-URI of the message at hand, parsed once for as long as nobody rewrites it. */
export class RequestUriView {
  readonly #view = new UriView()
  #message: RoutedMessage | null = null
  #serial = -1
  #text = ''

  of(m: RoutedMessage, serial: number): UriView {
    if (m === this.#message && serial === this.#serial && m.requestUri === this.#text) return this.#view
    this.#message = m
    this.#serial = serial
    this.#text = m.requestUri
    const { message } = m
    if (m.requestUri === '') this.#view.readBytes(message.bytes, message.uriStart, message.uriEnd)
    else this.#view.readText(m.requestUri)
    return this.#view
  }
}
