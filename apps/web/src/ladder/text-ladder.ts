import { formatOffset } from '../format/time.ts'
import type { LadderModel, LadderRow, Lane, MessageRow } from './ladder-model.ts'

const WIDTH = 34
const GUTTER = 10

/** The ladder as plain text for mail and tickets. */
export function textLadder(model: LadderModel): string {
  const start = model.rows[0]?.tMono ?? 0
  const lines = [
    ' '.repeat(GUTTER) + model.lanes.map((lane) => centre(lane.title)).join(''),
    ' '.repeat(GUTTER) + model.lanes.map((lane) => centre(lane.address)).join(''),
    ...model.rows.map((row) => formatOffset(row.tMono - start).padStart(GUTTER - 1) + ' ' + bodyOf(row, model.lanes)),
  ]
  return `${lines.map((line) => line.trimEnd()).join('\n')}\n`
}

function bodyOf(row: LadderRow, lanes: readonly Lane[]): string {
  if (row.type === 'message') return arrow(row, lanes)
  const proxy = lanes.findIndex((lane) => lane.title === 'Proxy')
  const at = proxy * WIDTH + WIDTH / 2
  return overlay(lifelines(lanes.length), at + 2, describeRow(row))
}

function arrow(row: MessageRow, lanes: readonly Lane[]): string {
  const from = lanes.findIndex((lane) => lane.id === row.from)
  const to = lanes.findIndex((lane) => lane.id === row.to)
  if (from < 0 || to < 0) return describeRow(row)
  const left = Math.min(from, to) * WIDTH + WIDTH / 2
  const length = Math.abs(to - from) * WIDTH - 1
  const stroke = row.retransmission ? '.' : '-'
  const line = stroke.repeat(length)
  const label = ` ${describeRow(row)} `.slice(0, length - 4)
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
  const cut = text.slice(0, WIDTH - 2)
  const left = Math.floor(WIDTH / 2 - cut.length / 2)
  return (' '.repeat(left) + cut).padEnd(WIDTH)
}

function overlay(line: string, at: number, text: string): string {
  return line.slice(0, at).padEnd(at) + text + line.slice(at + text.length)
}
