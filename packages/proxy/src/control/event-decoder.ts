import type { EngineEvent } from '@signalbox/contract'
import { EventKind, Machine, TimerKind } from '../bus/event-kind.ts'
import { TRANSPORT_NAMES } from '../metrics/engine-counters.ts'
import type { LoggedEvent } from './event-log.ts'
import type { DecodeEvent } from './live-transactions.ts'
import { headerOf, outlineOf } from './message-outline.ts'

export interface EventDecoderSetup {
  /** Name of this engine. */
  readonly node: string
  /** States of the machines by their number. */
  readonly stateNames: readonly string[]
  /** Unix milliseconds of monotonic 0 of a SIP thread. */
  readonly wallOffset: (worker: number) => number
}

/** Records of the event bus to what everybody else sees. What the numbers mean per kind stands where they are emitted. */
export function eventDecoder(setup: EventDecoderSetup): DecodeEvent {
  return decoderOf(setup, (event) => messageData(event, rawOf(event)))
}

/** The same for whoever wants to know only what a message was: it ends with its start line, and a reply has no method. */
export function startLineDecoder(setup: EventDecoderSetup): DecodeEvent {
  return decoderOf(setup, (event) => messageData(event, startLineOf(event)))
}

function decoderOf({ node, stateNames, wallOffset }: EventDecoderSetup, message: DataDecoder): DecodeEvent {
  const decoders = dataDecoders(stateNames, message)
  return (event) => {
    const decode = decoders[event.kind]
    return {
      seq: event.seq,
      tMono: event.ms,
      tWall: Math.round(event.ms + wallOffset(event.worker)),
      node,
      tx: event.label === 0 && event.index === 0 ? null : { index: event.index, label: event.label },
      branch: event.branch < 0 ? null : event.branch,
      kind: kindNames[event.kind] ?? `kind-${event.kind}`,
      data: decode === undefined ? {} : decode(event),
    } as EngineEvent
  }
}

const LF = 0x0a

type DataDecoder = (event: LoggedEvent) => object

const kindNames = namesByNumber(EventKind)
const machineNames = namesByNumber(Machine)
const timerNames = namesByNumber(TimerKind)

/** Bits of the blocklist (dns/dst-blocklist.ts). */
const blocklistReasons: Readonly<Record<number, string>> = { 2: 'send', 16: 'timeout', 32: '503' }

function namesByNumber(numbers: Readonly<Record<string, number>>): readonly (string | undefined)[] {
  const names: (string | undefined)[] = []
  for (const [name, number] of Object.entries(numbers)) names[number] = name
  return names
}

function dataDecoders(stateNames: readonly string[], message: DataDecoder): Readonly<Record<number, DataDecoder>> {
  return {
    [EventKind.created]: createdData,
    [EventKind.state]: ({ a, b, c }) => ({ machine: machineNames[a], from: stateNames[b] ?? '', to: stateNames[c] ?? '' }),
    [EventKind['msg-in']]: message,
    [EventKind['msg-out']]: message,
    [EventKind.retransmit]: message,
    [EventKind['timer-armed']]: ({ a, b }) => ({ timer: timerName(a), ms: b }),
    [EventKind['timer-fired']]: ({ a }) => ({ timer: timerName(a) }),
    [EventKind['timer-cancelled']]: ({ a }) => ({ timer: timerName(a) }),
    [EventKind['reply-candidate']]: ({ a, b, c, text }) => ({ status: a, reason: text, priority: b, faked: c === 1 }),
    [EventKind['reply-picked']]: ({ a, branch, text }) => ({ status: a, branch, rule: text }),
    [EventKind['reply-dropped']]: ({ a, text }) => ({ status: a, reason: text }),
    [EventKind['script-enter']]: ({ text }) => ({ route: text }),
    [EventKind['script-exit']]: ({ text }) => ({ route: text }),
    [EventKind['script-error']]: ({ text }) => scriptErrorData(text),
    [EventKind['sl-reply']]: statelessReplyData,
    [EventKind['parse-error']]: parseErrorData,
    [EventKind.blocklisted]: (event) => ({ remote: remoteOf(event), reason: blocklistReasons[event.a] ?? String(event.a) }),
    [EventKind.overload]: ({ a, b, c, text }) => {
      const [ms, busy] = text.split(' ').map(Number)
      return { begun: a === 1, busy, ms, refused: b, offered: c }
    },
    [EventKind.overdue]: ({ a, b }) => ({ timer: a === 0 ? 'none' : timerName(a), ageMs: b }),
  }
}

function createdData(event: LoggedEvent): object {
  const raw = rawOf(event)
  const { method, ruri } = outlineOf(raw)
  const local = (event.b & 1) !== 0
  const late = (event.b & 2) !== 0
  return {
    kind: machineNames[event.a],
    method,
    ruri,
    from: headerOf(raw, 'from'),
    to: headerOf(raw, 'to'),
    callId: headerOf(raw, 'callId'),
    cseq: headerOf(raw, 'cseq'),
    source: local ? '' : remoteOf(event),
    local,
    ...(late && { late }),
  }
}

function messageData(event: LoggedEvent, raw: string): object {
  const { method, status } = outlineOf(raw)
  const [local, remote = ''] = event.text.split(' ')
  return { direction: event.a === 1 ? 'out' : 'in', method, status, transport: transportName(event.c), local, remote, raw }
}

function statelessReplyData(event: LoggedEvent): object {
  const { method, status, reason } = outlineOf(rawOf(event))
  return { status: status ?? event.a, reason, method, remote: remoteOf(event) }
}

function parseErrorData(event: LoggedEvent): object {
  const rule = event.text.split(' ').slice(2).join(' ')
  return { rule, offset: Math.max(event.a, 0), remote: remoteOf(event), raw: rawOf(event) }
}

/** `FILE:LINE: what happened`, where the place is known. */
function scriptErrorData(text: string): object {
  const place = /^(.+?):(\d+)(?::\d+)?: (.*)$/s.exec(text)
  return place === null ? { route: '', message: text } : { route: '', message: place[3], file: place[1], line: Number(place[2]) }
}

/** The text begins with `local remote`. */
function remoteOf(event: LoggedEvent): string {
  return `${transportName(event.c)}:${event.text.split(' ').at(1) ?? ''}`
}

function transportName(transport: number): string {
  return TRANSPORT_NAMES[transport] ?? TRANSPORT_NAMES[0]
}

function timerName(timer: number): string {
  return timerNames[timer] ?? `timer-${timer}`
}

function startLineOf({ bytes, start, end }: LoggedEvent): string {
  const feed = bytes.indexOf(LF, start)
  return rawOf({ bytes, start, end: feed === -1 || feed >= end ? end : feed + 1 })
}

function rawOf({ bytes, start, end }: Pick<LoggedEvent, 'bytes' | 'start' | 'end'>): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('latin1')
}
