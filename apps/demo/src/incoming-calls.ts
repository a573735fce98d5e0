import { ByteWriter, HeaderId, Method, reasonPhrase, writeReply } from '@signalbox/sip'
import type { SipMessage } from '@signalbox/sip'

import type { Habit } from './cast.ts'
import type { PhoneLine } from './phone-line.ts'
import type { Random } from './random.ts'
import { sessionDescription } from './request-text.ts'
import type { Timers } from './timers.ts'

interface IncomingCall {
  readonly invite: SipMessage
  readonly tag: string
  /** The last reply, sent again when the INVITE comes again. */
  reply: Uint8Array | null
  state: 'ringing' | 'answered' | 'over'
  ackLost: boolean
  /** Calls off the next step: ringing, answering, or the repetition of the answer. */
  callOff: () => void
}

/** A call is forgotten this long after its last step; late copies of its messages have died out by then. */
const FORGET_AFTER = 40_000

/** The server side of a phone: takes calls by its habit, answers everything else 200. */
export class IncomingCalls {
  readonly #calls = new Map<string, IncomingCall>()
  readonly #dropped = new Set<string>()
  readonly #habit: Habit
  readonly #line: PhoneLine
  readonly #contact: string
  readonly #random: Random
  readonly #timers: Timers

  constructor(
    habit: Habit,
    phone: { readonly line: PhoneLine; readonly contact: string; readonly random: Random; readonly timers: Timers },
  ) {
    this.#habit = habit
    this.#line = phone.line
    this.#contact = phone.contact
    this.#random = phone.random
    this.#timers = phone.timers
  }

  request(request: SipMessage): void {
    if (request.method === Method.INVITE) this.#invite(request)
    else if (request.method === Method.ACK) this.#ack(request)
    else if (request.method === Method.CANCEL) this.#cancel(request)
    else this.#line.send(this.#reply(request, 200, 'OK', this.#random.token()))
  }

  #invite(invite: SipMessage): void {
    const key = callKey(invite)
    const known = this.#calls.get(key)
    if (known !== undefined) {
      if (known.reply !== null) this.#line.send(known.reply)
      return
    }
    if (this.#habit.badLine && !this.#dropped.has(key)) {
      this.#dropped.add(key)
      return
    }
    this.#dropped.delete(key)
    const call: IncomingCall = {
      invite,
      tag: this.#random.token(),
      reply: null,
      state: 'ringing',
      ackLost: !this.#habit.badLine,
      callOff: () => undefined,
    }
    this.#calls.set(key, call)
    call.callOff = this.#timers.after(this.#random.within(this.#habit.alertAfter), () => this.#alert(call))
  }

  #alert(call: IncomingCall): void {
    call.reply = this.#reply(call.invite, 180, 'Ringing', call.tag)
    this.#line.send(call.reply)
    const { answerAfter, status, reason } = this.#habit
    if (answerAfter === null) return
    call.callOff = this.#timers.after(this.#random.within(answerAfter), () => this.#answer(call, status, reason))
  }

  #answer(call: IncomingCall, status: number, reason: string): void {
    call.callOff()
    call.state = 'answered'
    const reply = this.#reply(call.invite, status, reason, call.tag)
    call.reply = reply
    call.callOff = this.#timers.repeat(() => this.#line.send(reply))
    this.#timers.after(FORGET_AFTER, () => this.#calls.delete(callKey(call.invite)))
  }

  #ack(ack: SipMessage): void {
    const call = this.#calls.get(callKey(ack))
    if (call === undefined || call.state === 'ringing') return
    if (!call.ackLost) {
      call.ackLost = true
      return
    }
    call.callOff()
    call.state = 'over'
  }

  #cancel(cancel: SipMessage): void {
    const call = this.#calls.get(callKey(cancel))
    const status = call === undefined ? 481 : 200
    this.#line.send(this.#reply(cancel, status, reasonPhrase(status), call?.tag ?? this.#random.token()))
    if (call?.state === 'ringing') this.#answer(call, 487, 'Request Terminated')
  }

  #reply(request: SipMessage, status: number, reason: string, tag: string): Uint8Array {
    const out = new ByteWriter(8192)
    const opensDialog = request.method === Method.INVITE && status < 300
    const body = opensDialog && status === 200 ? { body: sessionDescription(this.#line.host), contentType: 'application/sdp' } : {}
    writeReply(out, request, status, reason, {
      toTag: tag,
      headers: opensDialog ? `Contact: ${this.#contact}\r\n` : '',
      received: '',
      rport: 0,
      recordRoute: opensDialog,
      server: 'Signalbox demo',
      ...body,
    })
    return out.bytes.slice(0, out.at)
  }
}

/** INVITE, its CANCEL and its ACK have Call-ID and CSeq number in common. */
function callKey(request: SipMessage): string {
  return `${request.header(HeaderId.CALL_ID) ?? ''} ${request.cseq}`
}
