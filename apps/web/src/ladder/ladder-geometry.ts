import { PROXY_LANE, UAC_LANE, type Lane, type LaneId } from './ladder-model.ts'

export const ROW_PX = 28
export const GUTTER_PX = 96
const EDGE_PX = 60
const NARROW_EDGE_PX = 18
const NARROW_PX = 560
const SPAN_MIN_PX = 156
const NEXT_BRANCH_MIN_PX = 116
const PROXY_MIN_PX = 256
const PROXY_SHARE = 0.32
/** Advance of the 11 px monospaced labels. */
export const LABEL_CHAR_PX = 6.62

export interface Geometry {
  readonly width: number
  readonly proxyLeft: number
  readonly proxyRight: number
  /** Where the lifeline of a lane is; the proxy has its centre. */
  readonly x: (lane: LaneId) => number
}

/** Caller, wide proxy, branches; wider than the page only when the labels would not fit. */
export function geometryOf(lanes: readonly Lane[], available: number): Geometry {
  const branches = lanes.filter((lane) => lane.id >= 0)
  const hasCaller = lanes.some((lane) => lane.id === UAC_LANE)
  const edge = available < NARROW_PX ? NARROW_EDGE_PX : EDGE_PX
  const room = available - GUTTER_PX - edge * 2
  const proxy = Math.max(PROXY_MIN_PX, room * PROXY_SHARE)
  const spans = (hasCaller ? 1 : 0) + (branches.length > 0 ? 1 : 0)
  const extra = Math.max(0, branches.length - 1)
  const unit = (room - proxy) / Math.max(1, spans + extra * 0.6)
  const span = Math.min(420, Math.max(SPAN_MIN_PX, unit))
  const next = Math.min(260, Math.max(NEXT_BRANCH_MIN_PX, unit * 0.6))
  const caller = GUTTER_PX + edge
  const proxyLeft = hasCaller ? caller + span : caller - edge + 8
  const proxyRight = proxyLeft + proxy
  const places = new Map<LaneId, number>([
    [UAC_LANE, caller],
    [PROXY_LANE, (proxyLeft + proxyRight) / 2],
  ])
  branches.forEach((lane, i) => places.set(lane.id, proxyRight + span + i * next))
  const last = branches.length === 0 ? proxyRight : proxyRight + span + extra * next
  return {
    width: Math.max(available, last + (branches.length === 0 ? 8 : EDGE_PX)),
    proxyLeft,
    proxyRight,
    x: (lane) => places.get(lane) ?? proxyRight,
  }
}

/** Both ends of an arrow: lifelines outside, the edge of the proxy inside. */
export function arrowEnds(geometry: Geometry, from: LaneId, to: LaneId): readonly [number, number] {
  const edge = (lane: LaneId): number => (lane === UAC_LANE ? geometry.proxyLeft : geometry.proxyRight)
  if (from === PROXY_LANE) return [edge(to), geometry.x(to)]
  return [geometry.x(from), edge(from)]
}

export function cut(text: string, characters: number): string {
  return text.length <= characters ? text : `${text.slice(0, Math.max(1, characters - 1))}…`
}
