import type { CallFacts } from './call-traces.ts'

/** What an event is about: a transaction, or nothing (label 0). */
export interface EventSubject {
  readonly index: number
  readonly label: number
}

export const NO_SUBJECT: EventSubject = { index: 0, label: 0 }

/** The UAS side of a transaction, where a branch number stands otherwise. */
export const UAS_SIDE = -1

/** The variable part of an event; reused by its emitter, so whoever wants to keep it copies it. What it means stands where each kind is emitted. */
export interface EventFact {
  a: number
  b: number
  c: number
  text: string
  bytes: Uint8Array
  start: number
  end: number
}

/**
 * Where the engine's layers report what happens. Whether the events of a call are recorded is asked once, when its transaction is
 * created; after that they cost the others one branch test. Emitting never waits.
 */
export interface EventBus {
  readonly on: boolean
  /** Is this call one of those that are recorded? The same for all its requests, as long as the load does not change. */
  records(call: CallFacts): boolean
  /** May something that an operator should see be recorded whatever its call? There is a limit to that, too. */
  notable(): boolean
  emit(kind: number, subject: EventSubject, branch: number, fact: EventFact): void
}

/** For engines that nobody watches. */
export const silentBus: EventBus = { on: false, records: () => false, notable: () => false, emit: () => undefined }

/** For tests and tools that want every event. */
export const everything = { on: true, records: () => true, notable: () => true } as const

export function emptyFact(): EventFact {
  return { a: 0, b: 0, c: 0, text: '', bytes: new Uint8Array(0), start: 0, end: 0 }
}
