import type { MessageEvent, MessageSummary } from './message-summary.ts'

/** -1 is the caller's side, -2 the proxy, 0 and up the branches. */
export type LaneId = number
export const UAC_LANE = -1
export const PROXY_LANE = -2

export interface Lane {
  readonly id: LaneId
  readonly title: string
  readonly address: string
}

interface RowBase {
  /** Sequence number of the first event in it; unique in the ladder. */
  readonly seq: number
  readonly tWall: number
  readonly tMono: number
}

export interface MessageRow extends RowBase {
  readonly type: 'message'
  readonly from: LaneId
  readonly to: LaneId
  readonly summary: MessageSummary
  readonly retransmission: boolean
  /** One, or the retransmissions collapsed into this row. */
  readonly events: readonly MessageEvent[]
}

export interface LadderTimer {
  readonly timer: string
  readonly branch: number | null
  readonly ms: number
  readonly armedMono: number
  readonly armedWall: number
  readonly arms: number
  readonly outcome: 'armed' | 'fired' | 'cancelled'
  readonly endMono: number | null
}

export interface TimerRow extends RowBase {
  readonly type: 'timer'
  readonly timers: readonly LadderTimer[]
}

interface StateMark {
  readonly machine: string
  readonly branch: number | null
  readonly from: string
  readonly to: string
}

export interface StateRow extends RowBase {
  readonly type: 'state'
  readonly marks: readonly StateMark[]
}

export type NoteTone = 'plain' | 'candidate' | 'picked' | 'dropped' | 'script' | 'timer' | 'end'

export interface NoteRow extends RowBase {
  readonly type: 'note'
  readonly tone: NoteTone
  readonly branch: number | null
  readonly text: string
}

export type LadderRow = MessageRow | TimerRow | StateRow | NoteRow

export interface LadderModel {
  readonly lanes: readonly Lane[]
  readonly rows: readonly LadderRow[]
}
