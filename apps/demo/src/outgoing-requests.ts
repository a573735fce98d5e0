import { ByteWriter, Method, writeCancel, writeHopByHopAck } from '@signalbox/sip'
import type { SipMessage } from '@signalbox/sip'

import type { PhoneLine } from './phone-line.ts'
import { readMessage } from './phone-line.ts'
import type { Timers } from './timers.ts'

/** What came of a request: its final reply, or null when none came within 32 s. */
export type Ended = (reply: SipMessage | null) => void

interface Pending {
  readonly request: SipMessage
  readonly ended: Ended
  proceeding: boolean
  over: boolean
  stopRepeating: () => void
}

/** The reply to a request may be repeated for this long (64 * T1). */
const LINGER = 32_000

/** The client side of a phone: repeats requests until they are answered, acknowledges negative answers. */
export class OutgoingRequests {
  readonly #pending = new Map<string, Pending>()
  readonly #line: PhoneLine
  readonly #timers: Timers

  constructor(line: PhoneLine, timers: Timers) {
    this.#line = line
    this.#timers = timers
  }

  /** Sends it until it is answered; `ended` hears every 2xx to an INVITE, and of other finals the first. Returns how to CANCEL it. */
  send(bytes: Uint8Array, ended: Ended): () => void {
    const request = readMessage(bytes)
    if (request === null) throw new Error('a request of the demo is no SIP message')
    const pending: Pending = { request, ended, proceeding: false, over: false, stopRepeating: () => undefined }
    const key = transactionKey(request)
    this.#pending.set(key, pending)
    pending.stopRepeating = this.#timers.repeat(
      () => this.#line.send(bytes),
      () => this.#end(key, pending, null),
    )
    return () => this.#cancel(pending)
  }

  reply(reply: SipMessage): void {
    const key = transactionKey(reply)
    const pending = this.#pending.get(key)
    if (pending === undefined) return
    const isInvite = pending.request.method === Method.INVITE
    if (reply.status < 200) {
      pending.proceeding = true
      if (isInvite) pending.stopRepeating()
      return
    }
    if (isInvite && reply.status >= 300) this.#acknowledge(pending.request, reply)
    if (pending.over && !(isInvite && reply.status < 300)) return
    this.#end(key, pending, reply)
  }

  #end(key: string, pending: Pending, reply: SipMessage | null): void {
    pending.stopRepeating()
    if (!pending.over) this.#timers.after(LINGER, () => this.#pending.delete(key))
    pending.over = true
    pending.ended(reply)
  }

  #acknowledge(invite: SipMessage, reply: SipMessage): void {
    const out = new ByteWriter(4096)
    writeHopByHopAck(out, invite, reply, '')
    this.#line.send(out.bytes.slice(0, out.at))
  }

  /** RFC 3261 9.1: not before a provisional reply, not after a final one. */
  #cancel(pending: Pending): void {
    if (pending.over || !pending.proceeding) return
    const out = new ByteWriter(4096)
    writeCancel(out, pending.request, 'Reason: SIP;cause=487;text="Nobody answered"\r\n')
    this.send(out.bytes.slice(0, out.at), () => undefined)
  }
}

/** Branch and CSeq method, by which a reply finds its request (RFC 3261 17.1.3). */
function transactionKey(message: SipMessage): string {
  return `${message.text(message.via.branchStart, message.via.branchEnd)} ${message.cseqMethod}`
}
