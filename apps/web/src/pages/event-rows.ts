import type { EngineEvent } from '@signalbox/contract'
import type { MissingEvents } from '../stores/events-store.ts'
import { formatCount } from '../format/number.ts'
import { kindTest, summariseEvent, type KindGroup } from './event-summary.ts'

/** Stands between two events for those in between that this page does not have, of whatever kind. */
export interface EventGap {
  readonly absent: number
  /** Number of the event after it. */
  readonly before: number
}

export type EventRow = EngineEvent | EventGap

export function isGap(row: EventRow): row is EventGap {
  return 'absent' in row
}

/** Tells rows apart while others come and go. */
export function keyOf(row: EventRow): number | string {
  return isGap(row) ? `before ${row.before}` : row.seq
}

/** Index of the event before or after another one, gaps passed over; of the last when `at` is none. */
export function neighbour(rows: readonly EventRow[], at: number, by: 1 | -1): number {
  if (at < 0) return rows.length - 1
  const next = Math.max(0, Math.min(rows.length - 1, at + by))
  return isGap(rows[next]) ? next + by : next
}

/** The events that are wanted, with the gaps between them: the first and the last row are events. */
export function eventRows(events: readonly EngineEvent[], groups: ReadonlySet<KindGroup>, filter: string): readonly EventRow[] {
  const wanted = kindTest(groups)
  const needle = filter.trim().toLowerCase()
  const rows: EventRow[] = []
  let absent = 0
  let last: number | null = null
  for (const event of events) {
    absent += last === null ? 0 : event.seq - last - 1
    last = event.seq
    if (!wanted(event.kind) || (needle !== '' && !haystack(event).includes(needle))) continue
    if (absent > 0 && rows.length > 0) rows.push({ absent, before: event.seq })
    absent = 0
    rows.push(event)
  }
  return rows
}

function haystack(event: EngineEvent): string {
  const { text, remote } = summariseEvent(event)
  const key = event.tx === null ? '' : `${event.tx.index}:${event.tx.label}`
  return `${event.kind} ${text} ${remote} ${key}`.toLowerCase()
}

/** What is missing and why, null when nothing is. `perSecond`: the most events that a second of messages holds. */
export function missingText({ crowded, lost, slow }: MissingEvents, perSecond: number): string | null {
  const parts = [
    ...(crowded > 0 ? [`${eventCount(crowded)}, because more than ${formatCount(perSecond)} came in a second`] : []),
    ...(slow > 0 ? [`${eventCount(slow)}, because this tab was too slow`] : []),
    ...(lost > 0 ? [`${eventCount(lost)}, because the engine lost them`] : []),
  ]
  return parts.length === 0 ? null : `Not shown: ${parts.join('; ')}.`
}

export function eventCount(count: number): string {
  return count === 1 ? '1 event' : `${formatCount(count)} events`
}
