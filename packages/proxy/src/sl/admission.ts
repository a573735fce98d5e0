import { Method, type SipMessage } from '@signalbox/sip'
import { EventKind } from '../bus/event-kind.ts'
import { emptyFact, NO_SUBJECT, UAS_SIDE, type EventBus } from '../bus/event-bus.ts'
import type { Clock } from '../clock/clock.ts'
import type { CoreParameters } from '../dns/core-parameters.ts'
import { Counter } from '../metrics/counter-layout.ts'
import { Occupancy } from './occupancy.ts'

const KB = 1024
/** Milliseconds from sample to sample. */
const INTERVAL = 100
/** Above transaction_mem, this part of it is for what belongs to calls that were taken. */
const RESERVE = 0.25
/** Below this part of transaction_mem its shortage is over. */
const RELIEF = 0.9
/** RFC 5031: calls for help are never refused. */
const EMERGENCY = 'urn:service:sos'

/** A time of overload: when it begins (`ended` false, the other figures of no meaning) and when it is over. */
export interface Overload {
  readonly ended: boolean
  /** Milliseconds that it lasted. */
  readonly ms: number
  readonly refused: number
  /** New requests meanwhile, the refused ones included. */
  readonly offered: number
}

export interface AdmissionWorld {
  /** The part of the time since the last call that this thread was busy, 0 to 1. */
  readonly busy: () => number
  readonly clock: Clock
  readonly params: Readonly<CoreParameters>
  readonly counters: Float64Array
  readonly bus: EventBus
  /** The stored messages of this thread's transactions: octets. */
  readonly memory: { readonly inUse: number }
  /** Numbers in [0, 1). */
  readonly random: () => number
  /** Told once when an overload begins and once when it ends. */
  readonly told: (overload: Overload) => void
  /** Told once when requests are refused because transaction_mem is used up (true), and once when it has room again. */
  readonly memoryShort: (short: boolean) => void
}

/**
 * Decides which new requests a thread still takes that is saturated or has no memory left: all that it takes it also finishes.
 * What belongs to a dialog, a transaction or a CANCEL is not refused for want of time, and for want of memory only when the
 * reserve is used up as well.
 */
export class Admission {
  readonly #world: AdmissionWorld
  readonly #occupancy = new Occupancy()
  readonly #limits = { start: 0, target: 0 }
  readonly #fact = emptyFact()
  #sampled: number
  #since = 0
  #refused = 0
  #offered = 0
  #memoryShort = false

  constructor(world: AdmissionWorld) {
    this.#world = world
    this.#sampled = world.clock.now()
  }

  /** May this request, which no transaction knows, go on to the script? Throws SipParseError when its To cannot be read. */
  admits(message: SipMessage): boolean {
    if (message.method === Method.ACK) return true
    this.sample()
    const { memory, params, counters } = this.#world
    const most = params.transaction_mem * KB
    if (memory.inUse > most && (memory.inUse > most * (1 + RESERVE) || !isExpected(message))) {
      counters[Counter.memoryRefused]++
      this.#noteMemory(true)
      return false
    }
    if (message.method === Method.CANCEL) return true
    if (!this.#occupancy.active || message.to.tagStart >= 0) return true
    this.#offered++
    // By Call-ID and CSeq: a retransmission fares like its first, a later attempt has a new chance.
    if (shareOf(message) < this.#occupancy.admitted || isEmergency(message)) return true
    this.#refused++
    counters[Counter.overloadRefused]++
    return false
  }

  /** Seconds for Retry-After, not the same for all, so that they do not come back together. */
  retryAfter(): number {
    const least = this.#world.params.overload_retry_after
    return least + Math.floor(this.#world.random() * (least + 1))
  }

  /** Looks at the load if it is time to; also to be called now and then, so that an overload ends without requests. */
  sample(): void {
    const now = this.#world.clock.now()
    if (now - this.#sampled < INTERVAL) return
    this.#sampled = now
    const { params, busy, memory, counters } = this.#world
    counters[Counter.transactionMemory] = memory.inUse
    if (memory.inUse < params.transaction_mem * KB * RELIEF) this.#noteMemory(false)
    const occupancy = this.#occupancy
    const before = occupancy.active
    this.#limits.start = params.overload_start
    this.#limits.target = params.overload_target
    const share = busy()
    if (params.overload_control === 0) occupancy.reset()
    else occupancy.sample(share, this.#limits)
    if (occupancy.active !== before) this.#turned(now, share)
  }

  #noteMemory(short: boolean): void {
    if (short === this.#memoryShort) return
    this.#memoryShort = short
    this.#world.memoryShort(short)
  }

  #turned(now: number, share: number): void {
    const { counters, told } = this.#world
    const ended = !this.#occupancy.active
    counters[Counter.overloaded] = ended ? 0 : 1
    if (!ended) {
      this.#since = now
      this.#refused = 0
      this.#offered = 0
    }
    const overload = { ended, ms: now - this.#since, refused: this.#refused, offered: this.#offered }
    this.#report(overload, share)
    told(overload)
  }

  /** overload: a = 1 begun, 0 over; b = refused, c = offered; text: milliseconds and busy share in hundredths. */
  #report({ ended, ms, refused, offered }: Overload, share: number): void {
    const { bus } = this.#world
    if (!bus.notable()) return
    const fact = this.#fact
    fact.a = ended ? 0 : 1
    fact.b = refused
    fact.c = offered
    fact.text = `${Math.round(ms)} ${Math.round(share * 100)}`
    bus.emit(EventKind.overload, NO_SUBJECT, UAS_SIDE, fact)
  }
}

/** A number in [0, 1) that is the same for the same request. */
function shareOf(message: SipMessage): number {
  const { bytes, callIdStart, callIdEnd } = message
  let hash = Math.imul(message.cseq ^ 0x2545f491, 0x9e3779b1)
  for (let at = callIdStart; at < callIdEnd; at++) hash = Math.imul(hash ^ bytes[at], 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32
}

/** Does it belong to a call that was taken, or is it a call for help? */
function isExpected(message: SipMessage): boolean {
  return message.method === Method.CANCEL || message.to.tagStart >= 0 || isEmergency(message)
}

function isEmergency({ bytes, uriStart, uriEnd }: SipMessage): boolean {
  if (uriEnd - uriStart < EMERGENCY.length) return false
  for (let i = 0; i < EMERGENCY.length; i++) if ((bytes[uriStart + i] | 0x20) !== (EMERGENCY.charCodeAt(i) | 0x20)) return false
  return true
}
