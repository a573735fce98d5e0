import { findParam, parseUri, Range, Scheme, SipParseError, Uri } from '@signalbox/sip'
import { internedText } from '../forward/interned-text.ts'
import type { RoutedMessage } from '../forward/routed-message.ts'
import type { Transport } from '../transport/transport.ts'

const encoder = new TextEncoder()
const range = new Range()

/** A parsed URI whose parts become strings when they are asked for. '' stands for an absent part. */
export class UriView {
  readonly #own = new Uri()
  #encoded = new Uint8Array(256)
  view: Uri = this.#own
  bytes: Uint8Array = new Uint8Array(0)
  valid = false

  /** Takes over a URI that has been parsed already; it must outlive this use. */
  borrow(view: Uri, bytes: Uint8Array): void {
    this.view = view
    this.bytes = bytes
    this.valid = true
  }

  /** False when the octets are no URI; every part is '' then. */
  readBytes(bytes: Uint8Array, start: number, end: number): boolean {
    this.bytes = bytes
    this.view = this.#own
    try {
      parseUri(this.#own, bytes, start, end)
      this.valid = true
    } catch (error) {
      if (!(error instanceof SipParseError)) throw error
      this.#own.reset()
      this.valid = false
    }
    return this.valid
  }

  readText(text: string): boolean {
    // UTF-8 needs at most three octets for one UTF-16 unit.
    if (text.length * 3 > this.#encoded.length) this.#encoded = new Uint8Array(text.length * 3)
    return this.readBytes(this.#encoded, 0, encodeText(text, this.#encoded))
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
    return start === -1 ? '' : internedText(this.bytes, start, end)
  }
}

/** Writes the text to the start of `out`; returns its length in octets. */
function encodeText(text: string, out: Uint8Array): number {
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    if (unit > 0x7f) return encoder.encodeInto(text, out).written
    out[i] = unit
  }
  return text.length
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
    if (m.requestUri === '') this.#view.borrow(message.uri, message.bytes)
    else this.#view.readText(m.requestUri)
    return this.#view
  }
}
