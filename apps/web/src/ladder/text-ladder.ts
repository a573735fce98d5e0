import { formatOffset } from '../format/time.ts'
import { cut } from './ladder-geometry.ts'
import { PROXY_LANE, type LadderModel, type LadderRow, type Lane, type MessageRow } from './ladder-model.ts'

const WIDTH = 40
const GUTTER = 10

/** The ladder as plain text for mail and tickets. */
export function textLadder(model: LadderModel): string {
  const start = model.rows[0]?.tMono ?? 0
  const lines = [
    ' '.repeat(GUTTER) + model.lanes.map((lane) => centre(lane.title)).join(''),
    ' '.repeat(GUTTER) + model.lanes.map((lane) => centre(lane.address)).join(''),
    ...model.rows.flatMap((row) =>
      bodyOf(row, model.lanes).map((line, i) => `${(i === 0 ? formatOffset(row.tMono - start) : '').padStart(GUTTER - 1)} ${line}`),
    ),
  ]
  return `${lines.map((line) => line.trimEnd()).join('\n')}\n`
}

function bodyOf(row: LadderRow, lanes: readonly Lane[]): readonly string[] {
  if (row.type === 'message') return [arrow(row, lanes)]
  const proxy = lanes.findIndex((lane) => lane.id === PROXY_LANE)
  const at = proxy * WIDTH + WIDTH / 2 + 2
  // With nothing to its right a text may run on; otherwise it keeps clear of the next lifeline.
  const room = proxy === lanes.length - 1 ? Number.POSITIVE_INFINITY : WIDTH - 5
  return wrap(describeRow(row), room).map((line) => overlay(lifelines(lanes.length), at, line))
}

/** Lines of at most `room` characters, parted at blanks where there are some. */
function wrap(text: string, room: number): readonly string[] {
  const lines: string[] = []
  let rest = text
  while (rest.length > room) {
    const blank = rest.lastIndexOf(' ', room)
    const end = blank > 0 ? blank : room
    lines.push(rest.slice(0, end))
    rest = rest.slice(end).trimStart()
  }
  return [...lines, rest]
}

function arrow(row: MessageRow, lanes: readonly Lane[]): string {
  const from = lanes.findIndex((lane) => lane.id === row.from)
  const to = lanes.findIndex((lane) => lane.id === row.to)
  if (from < 0 || to < 0) return describeRow(row)
  const left = Math.min(from, to) * WIDTH + WIDTH / 2
  const length = Math.abs(to - from) * WIDTH - 1
  const stroke = row.retransmission ? '.' : '-'
  const line = stroke.repeat(length)
  const label = ` ${cut(describeRow(row), length - 6)} `
  const start = Math.floor((length - label.length) / 2)
  const filled = overlay(line, start, label)
  const drawn = to > from ? `${filled.slice(0, -1)}>` : `<${filled.slice(1)}`
  return overlay(lifelines(lanes.length), left, drawn)
}

/** One row in words; also the accessible name of it. */
export function describeRow(row: LadderRow): string {
  switch (row.type) {
    case 'message': {
      const times = row.events.length > 1 ? ` x${row.events.length}` : ''
      return `${row.retransmission ? `again${times}: ` : ''}${row.summary.label}${row.summary.hasSdp ? ' (SDP)' : ''}`
    }
    case 'state':
      return row.marks.map((mark) => `${mark.machine}${mark.branch === null ? '' : ` ${mark.branch}`} ${mark.from} > ${mark.to}`).join(', ')
    case 'timer':
      return row.timers
        .map((timer) => `${timer.timer} ${timer.ms} ms${timer.arms > 1 ? ` x${timer.arms}` : ''} ${timer.outcome}`)
        .join(', ')
    case 'note':
      return row.text
  }
}

function lifelines(lanes: number): string {
  return centre('|').repeat(lanes)
}

function centre(text: string): string {
  const short = cut(text, WIDTH - 2)
  const left = Math.floor(WIDTH / 2 - short.length / 2)
  return (' '.repeat(left) + short).padEnd(WIDTH)
}

function overlay(line: string, at: number, text: string): string {
  return line.slice(0, at).padEnd(at) + text + line.slice(at + text.length)
}
