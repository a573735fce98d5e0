import { useState, type ReactNode } from 'react'
import { formatCount } from '../format/number.ts'

const OPEN_DEPTH = 2
/** Members drawn at a time: a list of every live transaction has tens of thousands. */
export const MEMBERS_SHOWN = 200
/** Members of a list this long begin folded. */
const SHORT = 60

interface JsonViewProps {
  readonly value: unknown
  readonly name?: string
  /** How it begins. */
  readonly open?: boolean
  readonly depth?: number
}

/** A JSON value as a tree that folds. Only what is unfolded is in the document. */
export function JsonView({ value, name, open = true, depth = 0 }: JsonViewProps) {
  if (typeof value !== 'object' || value === null) {
    return (
      <div className="pl-4 break-all">
        <Name name={name} />
        <Leaf value={value} />
      </div>
    )
  }
  const list = Array.isArray(value)
  const entries = Object.entries(value)
  if (entries.length === 0) {
    return (
      <div className="pl-4">
        <Name name={name} />
        <span className="text-muted">{list ? '[ ]' : '{ }'}</span>
      </div>
    )
  }
  return <Fold name={name} size={list ? `[${entries.length}]` : `{${entries.length}}`} entries={entries} open={open} depth={depth} />
}

interface FoldProps {
  readonly name: string | undefined
  readonly size: string
  readonly entries: readonly (readonly [string, unknown])[]
  readonly open: boolean
  readonly depth: number
}

function Fold({ name, size, entries, open, depth }: FoldProps) {
  const [unfolded, setUnfolded] = useState(open)
  const [shown, setShown] = useState(MEMBERS_SHOWN)
  const rest = entries.length - shown
  return (
    <details open={unfolded} onToggle={(event) => setUnfolded(event.currentTarget.open)} className="pl-4">
      <summary className="-ml-4 cursor-pointer marker:text-muted">
        <Name name={name} />
        <span className="text-muted">{size}</span>
      </summary>
      {unfolded &&
        entries
          .slice(0, shown)
          .map(([key, child]) => (
            <JsonView key={key} name={key} value={child} open={depth + 1 < OPEN_DEPTH && entries.length <= SHORT} depth={depth + 1} />
          ))}
      {unfolded && rest > 0 && (
        <button type="button" onClick={() => setShown(shown + MEMBERS_SHOWN)} className="ml-4 font-sans text-accent underline">
          Show {formatCount(Math.min(rest, MEMBERS_SHOWN))} more of {formatCount(rest)}
        </button>
      )}
    </details>
  )
}

function Name({ name }: { readonly name: string | undefined }): ReactNode {
  return name === undefined ? null : (
    <>
      <span className="text-timer">{name}</span>
      <span className="text-muted">: </span>
    </>
  )
}

function Leaf({ value }: { readonly value: unknown }): ReactNode {
  if (typeof value === 'string') return <span className="whitespace-pre-wrap text-good">{JSON.stringify(value)}</span>
  if (typeof value === 'number') return <span className="text-accent">{value}</span>
  return <span className="text-warn">{String(value)}</span>
}
