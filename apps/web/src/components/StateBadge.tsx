import { cx } from '../ui/cx.ts'

const TONE: Readonly<Record<string, string>> = {
  trying: 'bg-accent-soft text-accent',
  calling: 'bg-accent-soft text-accent',
  proceeding: 'bg-accent-soft text-accent',
  accepted: 'bg-good-soft text-good',
  completed: 'bg-raised text-text',
  confirmed: 'bg-raised text-text',
  terminated: 'bg-raised text-muted',
}

/** State of a transaction machine, RFC 3261 section 17 and RFC 6026. */
export function StateBadge({ state }: { readonly state: string }) {
  if (state === '') return <span className="text-muted">–</span>
  return (
    <span className={cx('inline-flex h-[18px] items-center rounded px-1.5 text-2xs font-medium', TONE[state] ?? 'bg-raised text-text')}>
      {state}
    </span>
  )
}
