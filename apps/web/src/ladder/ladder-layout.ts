import type { EngineEvent, EngineEventOf, TransactionRow } from '@signalbox/contract'
import {
  PROXY_LANE,
  UAC_LANE,
  type LadderModel,
  type LadderRow,
  type LadderTimer,
  type Lane,
  type MessageRow,
  type NoteRow,
  type NoteTone,
  type StateRow,
  type TimerRow,
} from './ladder-model.ts'
import { isMessage, summarise, type MessageEvent } from './message-summary.ts'
import { DECIDING_TIMERS } from './timer-names.ts'

export interface LayoutOptions {
  readonly retransmissions: 'collapsed' | 'open'
}

const TIMERS_A_ROW = 2
/** One timer of a branch under two names: from the first reply on it waits for the final one (tm parameter fr_inv_timer). */
const SHARED_TIMER: Readonly<Record<string, string>> = { fr_inv: 'fr' }
const REPEATING_TIMERS: ReadonlySet<string> = new Set(['retr', 'retr_rpl'])

type Draft<T> = { -readonly [K in keyof T]: T[K] }

/** Engine events in sequence order to the rows and lanes of the ladder. */
export function layoutLadder(events: readonly EngineEvent[], row: TransactionRow | null, options: LayoutOptions): LadderModel {
  const builder = new LadderBuilder(methodOf(events, row), options)
  for (const event of events) builder.add(event)
  return { lanes: lanesOf(events, row), rows: builder.rows }
}

function methodOf(events: readonly EngineEvent[], row: TransactionRow | null): string {
  if (row !== null) return row.method
  for (const event of events) if (event.kind === 'created') return event.data.method
  return ''
}

class LadderBuilder {
  readonly rows: LadderRow[] = []
  readonly #method: string
  readonly #options: LayoutOptions
  /** Place of the newest timer of a name on a branch: row and slot. */
  readonly #timers = new Map<string, { row: Draft<TimerRow> & { timers: LadderTimer[] }; slot: number }>()
  /** Collapsed retransmissions that later ones of the same message join. */
  #group: { key: string; row: Draft<MessageRow> & { events: MessageEvent[] } } | null = null

  constructor(method: string, options: LayoutOptions) {
    this.#method = method
    this.#options = options
  }

  add(event: EngineEvent): void {
    if (isMessage(event)) this.#message(event)
    else if (event.kind === 'state') this.#state(event)
    else if (event.kind === 'timer-armed') this.#armed(event)
    else if (event.kind === 'timer-fired' || event.kind === 'timer-cancelled') this.#ended(event)
    else this.#note(event)
  }

  #message(event: MessageEvent): void {
    const retransmission = event.kind === 'retransmit'
    const key = `${event.branch}|${event.data.direction}|${event.data.method}|${event.data.status}`
    if (retransmission && this.#options.retransmissions === 'collapsed' && this.#group?.key === key) {
      this.#group.row.events.push(event)
      return
    }
    const far = event.branch ?? UAC_LANE
    const row = {
      ...base(event),
      type: 'message' as const,
      from: event.data.direction === 'in' ? far : PROXY_LANE,
      to: event.data.direction === 'in' ? PROXY_LANE : far,
      summary: summarise(event, this.#method),
      retransmission,
      events: [event],
    }
    this.rows.push(row)
    this.#group = retransmission ? { key, row } : null
  }

  #state(event: EngineEventOf<'state'>): void {
    const mark = { ...event.data, branch: event.branch }
    const last = this.rows.at(-1)
    const sameSide = last?.type === 'state' && last.marks.some((other) => other.branch === mark.branch)
    if (last?.type === 'state' && !sameSide && last.marks.length < 2) {
      this.rows[this.rows.length - 1] = { ...last, marks: [...last.marks, mark] } satisfies StateRow
    } else {
      this.rows.push({ ...base(event), type: 'state', marks: [mark] })
    }
  }

  #armed(event: EngineEventOf<'timer-armed'>): void {
    const key = timerKey(event.branch, event.data.timer)
    const place = this.#timers.get(key)
    const before = place?.row.timers[place.slot]
    const goesOn =
      before?.timer === event.data.timer &&
      (before.outcome === 'armed' || (before.outcome === 'fired' && REPEATING_TIMERS.has(before.timer)))
    const timer: LadderTimer = {
      timer: event.data.timer,
      branch: event.branch,
      ms: event.data.ms,
      armedMono: event.tMono,
      armedWall: event.tWall,
      arms: goesOn ? before.arms + 1 : 1,
      outcome: 'armed',
      endMono: null,
    }
    if (place !== undefined && goesOn) {
      place.row.timers[place.slot] = timer
      return
    }
    this.#end(key, 'cancelled', event.tMono)
    this.#place(key, event, timer)
  }

  #place(key: string, event: EngineEvent, timer: LadderTimer): void {
    const last = this.rows.at(-1)
    if (last?.type === 'timer' && last.timers.length < TIMERS_A_ROW && last.timers[0].branch === timer.branch) {
      const row = last as Draft<TimerRow> & { timers: LadderTimer[] }
      row.timers.push(timer)
      this.#timers.set(key, { row, slot: row.timers.length - 1 })
      return
    }
    const row = { ...base(event), type: 'timer' as const, timers: [timer] }
    this.rows.push(row)
    this.#timers.set(key, { row, slot: 0 })
  }

  #ended(event: EngineEventOf<'timer-fired'> | EngineEventOf<'timer-cancelled'>): void {
    const outcome = event.kind === 'timer-fired' ? 'fired' : 'cancelled'
    this.#end(timerKey(event.branch, event.data.timer), outcome, event.tMono)
    if (outcome === 'fired' && DECIDING_TIMERS.has(event.data.timer)) {
      this.rows.push(note(event, 'timer', `${event.data.timer} fired`))
    }
  }

  #end(key: string, outcome: 'fired' | 'cancelled', endMono: number): void {
    const place = this.#timers.get(key)
    const timer = place?.row.timers[place.slot]
    if (place === undefined || timer?.outcome !== 'armed') return
    place.row.timers[place.slot] = { ...timer, outcome, endMono }
  }

  #note(event: EngineEvent): void {
    const row = noteOf(event)
    if (row !== null) this.rows.push(row)
  }
}

function timerKey(branch: number | null, timer: string): string {
  return `${branch}|${SHARED_TIMER[timer] ?? timer}`
}

function base(event: EngineEvent): { seq: number; tWall: number; tMono: number } {
  return { seq: event.seq, tWall: event.tWall, tMono: event.tMono }
}

function note(event: EngineEvent, tone: NoteTone, text: string): NoteRow {
  return { ...base(event), type: 'note', tone, branch: event.branch, text }
}

function noteOf(event: EngineEvent): NoteRow | null {
  switch (event.kind) {
    case 'created':
      return note(event, 'plain', `created ${event.data.kind} ${event.data.method}`)
    case 'reply-candidate': {
      const { status, reason, priority, faked } = event.data
      return note(event, 'candidate', `candidate ${status} ${reason}${faked ? ' (made here)' : ''}, priority ${priority}`)
    }
    case 'reply-picked': {
      const { status, branch, rule } = event.data
      return note(event, 'picked', `picked ${status} ${branch < 0 ? 'built here' : `of branch ${branch}`}: ${rule}`)
    }
    case 'reply-dropped':
      return note(event, 'dropped', `dropped ${event.data.status}: ${event.data.reason}`)
    case 'script-enter':
      return note(event, 'script', `${event.data.route} route`)
    case 'script-error':
      return note(event, 'dropped', `script error in ${event.data.route}: ${event.data.message}`)
    case 'destroyed':
      return note(event, 'end', 'destroyed')
    case 'script-exit':
      return null
    default:
      return note(event, 'plain', event.kind)
  }
}

function lanesOf(events: readonly EngineEvent[], row: TransactionRow | null): readonly Lane[] {
  const messages = events.filter(isMessage)
  const created = events.find((event) => event.kind === 'created')
  const source = row?.source ?? (created?.kind === 'created' ? created.data.source : '')
  const served = (row !== null && !row.local) || messages.some((message) => message.branch === null)
  const lanes: Lane[] = served ? [{ id: UAC_LANE, title: 'Caller', address: source }] : []
  lanes.push({ id: PROXY_LANE, title: 'Proxy', address: messages[0]?.data.local ?? '' })
  for (const [id, address] of targetsOf(events, row)) lanes.push({ id, title: `Branch ${id}`, address })
  return lanes
}

/** Where each branch goes: as the row says, else as its first message shows. */
function targetsOf(events: readonly EngineEvent[], row: TransactionRow | null): readonly (readonly [number, string])[] {
  const targets = new Map(row?.branches.map((branch) => [branch.index, branch.target]))
  for (const event of events) {
    if (event.branch === null || (targets.get(event.branch) ?? '') !== '') continue
    targets.set(event.branch, isMessage(event) ? `${event.data.transport}:${event.data.remote}` : '')
  }
  return [...targets].sort((a, b) => a[0] - b[0])
}
