import { useConnection } from '../api/console.ts'
import type { Connection } from '../api/live.ts'
import { cx } from '../ui/cx.ts'

interface Face {
  readonly text: string
  readonly dot: string
  readonly chip: string
}

function connectionFace(connection: Connection): Face {
  if (connection.phase === 'unauthorized') return { text: 'Token needed', dot: 'bg-bad', chip: 'border-bad text-bad' }
  if (connection.phase !== 'open') return { text: 'Reconnecting', dot: 'bg-warn pulse', chip: 'border-warn text-warn' }
  if (connection.engine === 'down') return { text: 'Engine down', dot: 'bg-bad', chip: 'border-bad text-bad' }
  return { text: 'Live', dot: 'bg-good', chip: 'border-line text-good' }
}

/** Whether what is on the screen is true now. */
export function ConnectionChip() {
  const connection = useConnection()
  const face = connectionFace(connection)
  const server = connection.server
  return (
    <span
      role="status"
      title={server === null ? face.text : `${face.text} · ${server.node === '' ? 'engine' : server.node} · API ${server.version}`}
      className={cx(
        'inline-flex h-7 shrink-0 items-center gap-1.5 rounded-full border bg-panel px-2.5 text-xs font-medium whitespace-nowrap',
        face.chip,
      )}
    >
      <span className={cx('size-1.5 rounded-full', face.dot)} aria-hidden />
      {face.text}
    </span>
  )
}
