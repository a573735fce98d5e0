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
 * Where the engine's layers report what happens. `on` is the one branch test that events cost when nobody listens:
 * callers write `if (bus.on) bus.emit(...)`. Emitting never waits.
 */
export interface EventBus {
  readonly on: boolean
  emit(kind: number, subject: EventSubject, branch: number, fact: EventFact): void
}

/** For engines that nobody watches. */
export const silentBus: EventBus = { on: false, emit: () => undefined }

export function emptyFact(): EventFact {
  return { a: 0, b: 0, c: 0, text: '', bytes: new Uint8Array(0), start: 0, end: 0 }
}
