/** What a traced call is recognised by. */
export type TraceKind = 'call-id' | 'user' | 'source'

/** A wish of an operator: calls of this kind are recorded whatever the load, until then. */
export interface Trace {
  readonly kind: TraceKind
  /** Call-ID; user part of From, To or Request-URI; IP address of the sender. */
  readonly value: string
  /** Unix milliseconds. */
  readonly until: number
}

interface Range {
  readonly uriStart: number
  readonly uriEnd: number
}

/** A message, as far as it tells to which call it belongs. Reading `from` and `to` may throw. */
export interface CallFacts {
  readonly message: {
    readonly bytes: Uint8Array
    readonly callIdStart: number
    readonly callIdEnd: number
    readonly callIdHash: number
    readonly uriStart: number
    readonly uriEnd: number
    readonly from: Range
    readonly to: Range
  }
  readonly source: { readonly remote: { readonly address: string } }
}

/** Calls that were recognised by their first request are remembered, because the other side's requests may look different. */
const REMEMBERED = 10_000

/** The traces that operators have set. None costs nothing. */
export class CallTraces {
  #traces: readonly Trace[] = []
  readonly #calls = new Set<number>()

  get none(): boolean {
    return this.#traces.length === 0
  }

  /** Instead of those before. */
  set(traces: readonly Trace[]): void {
    this.#traces = traces
    this.#calls.clear()
  }

  /** Ends those whose time has come. */
  tick(now: number): void {
    if (this.#traces.some(({ until }) => until <= now)) this.set(this.#traces.filter(({ until }) => until > now))
  }

  /** `hash`: of the Call-ID. */
  match(call: CallFacts, hash: number): boolean {
    if (this.#calls.has(hash)) return true
    if (!this.#traces.some((trace) => matches(trace, call))) return false
    if (this.#calls.size < REMEMBERED) this.#calls.add(hash)
    return true
  }
}

function matches({ kind, value }: Trace, { message, source }: CallFacts): boolean {
  if (kind === 'source') return source.remote.address === value
  if (kind === 'call-id') return isAt(message.bytes, message.callIdStart, message.callIdEnd, value)
  return isUser(message.bytes, message, value) || isPartyUser(message, value)
}

function isPartyUser(message: CallFacts['message'], user: string): boolean {
  try {
    return isUser(message.bytes, message.from, user) || isUser(message.bytes, message.to, user)
  } catch {
    // A From or To that cannot be read names nobody.
    return false
  }
}

const COLON = 0x3a
const AT = 0x40
const SEMICOLON = 0x3b
/** The first letter of tel, in lower case. */
const T = 0x74
const LOWER = 0x20

/** sip:user[;parameters][:password]@host, or tel:user[;parameters]. */
function isUser(bytes: Uint8Array, { uriStart, uriEnd }: Range, user: string): boolean {
  const colon = bytes.indexOf(COLON, uriStart)
  if (uriStart < 0 || colon < 0 || colon >= uriEnd) return false
  const end = colon + 1 + user.length
  if (end > uriEnd || !isAt(bytes, colon + 1, end, user)) return false
  const next = bytes[end]
  if ((bytes[uriStart] | LOWER) === T) return end === uriEnd || next === SEMICOLON
  const at = bytes.indexOf(AT, end)
  return next === AT || ((next === COLON || next === SEMICOLON) && at >= 0 && at < uriEnd)
}

function isAt(bytes: Uint8Array, start: number, end: number, text: string): boolean {
  if (end - start !== text.length) return false
  for (let i = 0; i < text.length; i++) if (bytes[start + i] !== text.charCodeAt(i)) return false
  return true
}
