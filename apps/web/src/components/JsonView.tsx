import type { ReactNode } from 'react'

const OPEN_DEPTH = 2

/** A JSON value as a tree that folds. */
export function JsonView({ value, name, depth = 0 }: { readonly value: unknown; readonly name?: string; readonly depth?: number }) {
  if (typeof value !== 'object' || value === null) {
    return (
      <div className="pl-4 break-all">
        <Name name={name} />
        <Leaf value={value} />
      </div>
    )
  }
  const entries = Object.entries(value)
  const list = Array.isArray(value)
  const size = list ? `[${entries.length}]` : `{${entries.length}}`
  if (entries.length === 0) {
    return (
      <div className="pl-4">
        <Name name={name} />
        <span className="text-muted">{list ? '[ ]' : '{ }'}</span>
      </div>
    )
  }
  return (
    <details open={depth < OPEN_DEPTH && entries.length <= 60} className="pl-4">
      <summary className="-ml-4 cursor-pointer marker:text-muted">
        <Name name={name} />
        <span className="text-muted">{size}</span>
      </summary>
      {entries.map(([key, child]) => (
        <JsonView key={key} name={key} value={child} depth={depth + 1} />
      ))}
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
