import { formatDuration, formatOffset } from '../format/time.ts'
import { cx } from '../ui/cx.ts'
import { holds } from './Ladder.tsx'
import { PROXY_LANE, type LadderModel, type LadderRow, type Lane } from './ladder-model.ts'
import { PRIORITY_HELP } from './priority-help.ts'
import { describeRow } from './text-ladder.ts'

interface LadderTableProps {
  readonly model: LadderModel
  readonly pinned: number | null
  readonly timeOf: (row: LadderRow, before: LadderRow | undefined) => string
  readonly onPin: (row: LadderRow) => void
}

const CELL = 'px-3 max-sm:px-2'

/** The rows of the ladder in words, for screen readers and for copying. */
export function LadderTable({ model, pinned, timeOf, onPin }: LadderTableProps) {
  return (
    <div className="min-h-0 flex-1 overflow-auto bg-panel" tabIndex={0} role="region" aria-label="Ladder as a table">
      <table className="w-full text-xs">
        <thead className="sticky top-0 bg-panel">
          <tr className="h-7 border-b border-line text-left">
            {['Time', 'From', 'To', 'What'].map((head) => (
              <th key={head} className={cx(CELL, 'label', (head === 'From' || head === 'To') && 'max-sm:hidden')}>
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {model.rows.map((row, i) => (
            <tr key={row.seq} className={cx('h-7 border-b border-line/60', holds(row, pinned) ? 'bg-accent-soft' : 'hover:bg-hover')}>
              <td className={cx(CELL, 'font-mono whitespace-nowrap text-muted')}>{timeOf(row, model.rows[i - 1])}</td>
              <td className={cx(CELL, 'whitespace-nowrap max-sm:hidden')}>{fromOf(model.lanes, row)}</td>
              <td className={cx(CELL, 'whitespace-nowrap max-sm:hidden')}>{row.type === 'message' && laneTitle(model.lanes, row.to)}</td>
              <td
                className={cx(CELL, 'wrap-anywhere')}
                {...(row.type === 'note' && row.tone === 'candidate' ? { title: PRIORITY_HELP } : {})}
              >
                {row.type === 'message' ? (
                  <>
                    <p className="text-2xs text-muted sm:hidden">
                      {fromOf(model.lanes, row)} → {laneTitle(model.lanes, row.to)}
                    </p>
                    <MessageCell row={row} onPin={onPin} />
                  </>
                ) : (
                  describeRow(row)
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function MessageCell({ row, onPin }: { readonly row: LadderRow & { type: 'message' }; readonly onPin: (row: LadderRow) => void }) {
  const last = row.events[row.events.length - 1]
  return (
    <button type="button" onClick={() => onPin(row)} className="text-left font-mono hover:underline">
      {describeRow(row)}
      {row.events.length > 1 && (
        <span className="text-muted" title={formatOffset(last.tMono - row.tMono)}>
          , last after {formatDuration(last.tMono - row.tMono)}
        </span>
      )}
    </button>
  )
}

function fromOf(lanes: readonly Lane[], row: LadderRow): string {
  return row.type === 'message' ? laneTitle(lanes, row.from) : 'Proxy'
}

function laneTitle(lanes: readonly Lane[], id: number): string {
  return lanes.find((lane) => lane.id === id)?.title ?? (id === PROXY_LANE ? 'Proxy' : '')
}
