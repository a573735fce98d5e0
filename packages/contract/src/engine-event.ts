import { Type, type Static, type TProperties } from 'typebox'
import { MachineKind } from './transaction-row.ts'

const status = Type.Integer({ minimum: 100, maximum: 699 })
const endpoint = (description: string) => Type.String({ description, examples: ['192.0.2.7:5060', '[2001:db8::7]:5060'] })

/** A message on the wire, both directions. `raw` is the whole message as Latin-1 text: one character a byte. */
export const MessageData = Type.Object({
  direction: Type.Union([Type.Literal('in'), Type.Literal('out')]),
  method: Type.String({ description: 'Method of the request, of a reply the method of its CSeq' }),
  status: Type.Union([status, Type.Null()], { description: 'null for a request' }),
  transport: Type.String({ examples: ['udp', 'tcp'] }),
  local: endpoint('Our side, ip:port'),
  remote: endpoint('The other side, ip:port'),
  raw: Type.String({
    description: 'The whole message, one character a byte (Latin-1); on topic events, which is for lists, its first line',
  }),
})
export type MessageData = Static<typeof MessageData>

/** ASCII reads the same in UTF-8. */
// oxlint-disable-next-line no-control-regex
const PLAIN = /^[\0-\x7f]*$/

/** `raw` of a message back to readable text: bytes as UTF-8, or unchanged where they are not UTF-8. */
export function rawToText(raw: string): string {
  if (PLAIN.test(raw)) return raw
  const bytes = Uint8Array.from(raw, (character) => character.charCodeAt(0))
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return raw
  }
}

const timer = Type.String({ description: 'Kamailio name of the timer', examples: ['retr', 'fr', 'fr_inv', 'retr_rpl', 'fr_ack', 'wait'] })

const created = Type.Object({
  kind: MachineKind,
  method: Type.String(),
  ruri: Type.String(),
  from: Type.String(),
  to: Type.String(),
  callId: Type.String(),
  cseq: Type.String(),
  source: Type.String({ description: 'proto:ip:port; empty for a local transaction' }),
  local: Type.Boolean(),
  late: Type.Optional(
    Type.Boolean({
      description: 'True: not recorded from its beginning, but from here on, because something happened to it that should be seen',
    }),
  ),
})
const state = Type.Object({ machine: MachineKind, from: Type.String(), to: Type.String() })
const timerArmed = Type.Object({ timer, ms: Type.Number({ description: 'Until it fires' }) })
const timerOnly = Type.Object({ timer })
const candidate = Type.Object({
  status,
  reason: Type.String(),
  priority: Type.Number({ description: 'Lower wins (tm-reference 6.1)' }),
  faked: Type.Boolean({ description: 'Not received: made here, for example a 408 after a timeout' }),
})
const picked = Type.Object({
  status,
  branch: Type.Integer({ description: '-1: built here' }),
  rule: Type.String({ description: 'Why this one won' }),
})
const dropped = Type.Object({ status, reason: Type.String({ description: 'Why it did not go upstream' }) })
const route = Type.Object({ route: Type.String({ description: 'Route block', examples: ['request', 'failure:voicemail'] }) })
const scriptError = Type.Object({
  route: Type.String(),
  message: Type.String(),
  file: Type.Optional(Type.String()),
  line: Type.Optional(Type.Integer()),
})
const statelessReply = Type.Object({
  status,
  reason: Type.String(),
  method: Type.String(),
  remote: Type.String({ description: 'proto:ip:port' }),
})
const parseError = Type.Object({
  rule: Type.String({ description: 'The rule that the bytes broke' }),
  offset: Type.Integer({ minimum: 0, description: 'Byte at which it was seen' }),
  remote: Type.String({ description: 'proto:ip:port' }),
  raw: Type.Optional(Type.String({ description: 'The bytes, Latin-1, possibly cut' })),
})
const destroyed = Type.Object({})
const overdue = Type.Object({
  timer: Type.String({ description: 'Timer that keeps it, none if no timer is armed' }),
  ageMs: Type.Number({ description: 'Since it was created' }),
})
const blocklisted = Type.Object({
  remote: Type.String({ description: 'proto:ip:port' }),
  reason: Type.String({ description: 'What it has done', examples: ['send', 'timeout', '503'] }),
})
const overload = Type.Object({
  begun: Type.Boolean({ description: 'True: a SIP thread is saturated and refuses new requests; false: no longer' }),
  busy: Type.Integer({ description: 'Part of its time that the thread was busy, percent' }),
  ms: Type.Integer({ description: 'How long it lasted' }),
  refused: Type.Integer({ description: 'New requests refused meanwhile' }),
  offered: Type.Integer({ description: 'New requests meanwhile, the refused ones included' }),
})

/** Kind of an event to the shape of its `data` (console spec 5.1; moments of tm-reference 7). */
export const eventData = {
  created,
  state,
  'msg-in': MessageData,
  'msg-out': MessageData,
  retransmit: MessageData,
  'timer-armed': timerArmed,
  'timer-fired': timerOnly,
  'timer-cancelled': timerOnly,
  'reply-candidate': candidate,
  'reply-picked': picked,
  'reply-dropped': dropped,
  'script-enter': route,
  'script-exit': route,
  'script-error': scriptError,
  destroyed,
  'sl-reply': statelessReply,
  'parse-error': parseError,
  overdue,
  blocklisted,
  overload,
} as const

export type EventKindName = keyof typeof eventData

export const TransactionId = Type.Object({ index: Type.Integer({ minimum: 0 }), label: Type.Integer({ minimum: 0 }) })
export type TransactionId = Static<typeof TransactionId>

const envelope = {
  seq: Type.Integer({ minimum: 0, description: 'Rises by one an event; a gap is events lost' }),
  tMono: Type.Number({ description: 'Monotonic clock of the engine, ms' }),
  tWall: Type.Number({ description: 'Unix time, ms' }),
  node: Type.String({ description: 'Name of the engine' }),
  tx: Type.Union([TransactionId, Type.Null()], { description: 'null: belongs to no transaction' }),
  branch: Type.Union([Type.Integer({ minimum: 0 }), Type.Null()], { description: 'null: server side' }),
}

function event<const K extends EventKindName, const D extends TProperties[string]>(kind: K, data: D) {
  return Type.Object({ ...envelope, kind: Type.Literal(kind), data })
}

/**
 * What the engine tells about itself, told apart by `kind`. New kinds may come: readers show or ignore what they do not know.
 */
export const EngineEvent = Type.Union(
  [
    event('created', created),
    event('state', state),
    event('msg-in', MessageData),
    event('msg-out', MessageData),
    event('retransmit', MessageData),
    event('timer-armed', timerArmed),
    event('timer-fired', timerOnly),
    event('timer-cancelled', timerOnly),
    event('reply-candidate', candidate),
    event('reply-picked', picked),
    event('reply-dropped', dropped),
    event('script-enter', route),
    event('script-exit', route),
    event('script-error', scriptError),
    event('destroyed', destroyed),
    event('sl-reply', statelessReply),
    event('parse-error', parseError),
    event('overdue', overdue),
    event('blocklisted', blocklisted),
    event('overload', overload),
  ],
  { description: 'One event of the engine' },
)
export type EngineEvent = Static<typeof EngineEvent>
/** The event of one kind. */
export type EngineEventOf<K extends EventKindName> = Extract<EngineEvent, { readonly kind: K }>
