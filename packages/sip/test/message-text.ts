import { SipMessage } from '../src/message.ts'
import { type ParseMode, parseMessage } from '../src/parse-message.ts'

const encoder = new TextEncoder()
const decoder = new TextDecoder()

export function octets(text: string): Uint8Array {
  return encoder.encode(text)
}

export function textOf(bytes: Uint8Array, start = 0, end = bytes.length): string {
  return decoder.decode(bytes.subarray(start, end))
}

/** Lines joined by CRLF; the last line is the body, '' for none. */
export function lines(...all: readonly string[]): string {
  return all.join('\r\n')
}

/** A plain request; `extra` are more header lines. */
export function request(method: string, ...extra: readonly string[]): string {
  return lines(
    `${method} sip:bob@biloxi.example.com SIP/2.0`,
    'Via: SIP/2.0/UDP pc33.atlanta.example.com;branch=z9hG4bK776asdhds',
    'Max-Forwards: 70',
    'To: Bob <sip:bob@biloxi.example.com>',
    'From: Alice <sip:alice@atlanta.example.com>;tag=1928301774',
    'Call-ID: a84b4c76e66710@pc33.atlanta.example.com',
    `CSeq: 314159 ${method}`,
    ...extra,
    '',
    '',
  )
}

/** Parses the text from the middle of a larger buffer, so that no offset may count from its start. */
export function parse(text: string | Uint8Array, mode: ParseMode = 'datagram'): SipMessage {
  const message = new SipMessage()
  parseInto(message, text, mode)
  return message
}

export function parseInto(message: SipMessage, text: string | Uint8Array, mode: ParseMode = 'datagram'): void {
  const source = typeof text === 'string' ? octets(text) : text
  const bytes = new Uint8Array(source.length + 64).fill(0x58)
  bytes.set(source, 32)
  parseMessage(message, bytes, 32, 32 + source.length, mode)
}
