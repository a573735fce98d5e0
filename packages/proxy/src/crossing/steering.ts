import type { Destination, Source, TransportUser } from '../transport/transport.ts'
import { ANYBODY, ownerByCallId, ownerOf, ownerOfTopVia } from './owner-of.ts'
import { Mail } from './thread-mail.ts'

/** What Steering needs of the thread's rings. */
export interface Passing {
  /** Hears the news and says that this thread is at work. */
  attend(): void
  /** False: it was dropped. */
  pass(worker: number, kind: number, over: Destination, message: Uint8Array): boolean
}

export interface SteeringSetup {
  readonly worker: number
  readonly workers: number
  readonly passing: Passing
  /** Takes what belongs to this thread. */
  readonly target: TransportUser
  /** Replies come with a branch that others have changed (callid_cseq_matching): their Call-ID tells. */
  readonly repliesByCallId: () => boolean
  /** Sends over a stream of this thread. False: it could not be queued. */
  readonly sendHere: (to: Destination, bytes: Uint8Array, start: number, end: number) => boolean
}

/**
 * Between the sockets of a SIP thread and its engine: the kernel gives messages to whichever thread it likes, and each goes to
 * the one thread that it belongs to (ownerOf).
 */
export class Steering implements TransportUser {
  readonly #setup: SteeringSetup

  constructor(setup: SteeringSetup) {
    this.#setup = setup
  }

  receive(bytes: Uint8Array, start: number, end: number, source: Source): void {
    const { worker, workers, passing, target, repliesByCallId } = this.#setup
    passing.attend()
    const owner = repliesByCallId() ? ownerByCallId(bytes, start, end, workers) : ownerOf(bytes, start, end, workers)
    if (owner === worker || owner === ANYBODY) target.receive(bytes, start, end, source)
    else passing.pass(owner, Mail.RECEIVED, source, bytes.subarray(start, end))
  }

  /** A stream carries messages of all threads; the branch says whose this one is. */
  sendFailed(to: Destination, bytes: Uint8Array, start: number, end: number): void {
    const { worker, workers, passing, target } = this.#setup
    const owner = ownerOfTopVia(bytes, start, end, workers)
    if (owner === worker || owner === ANYBODY) target.sendFailed(to, bytes, start, end)
    else passing.pass(owner, Mail.FAILED, to, bytes.subarray(start, end))
  }

  /** Handed over by another thread. */
  message(kind: number, over: Destination, bytes: Uint8Array, length: number): void {
    const { target, sendHere } = this.#setup
    if (kind === Mail.RECEIVED) target.receive(bytes, 0, length, over)
    else if (kind === Mail.FAILED) target.sendFailed(over, bytes, 0, length)
    else if (!sendHere(over, bytes, 0, length)) this.sendFailed(over, bytes, 0, length)
  }
}
