import { reasonPhrase } from '../format/sip.ts'
import { cx } from '../ui/cx.ts'

const CLASS_TONE: Readonly<Record<number, string>> = {
  1: 'text-muted',
  2: 'text-good',
  3: 'text-timer',
  4: 'text-warn',
  5: 'text-bad',
  6: 'text-bad',
}

/** A SIP status: the number says it, the colour only repeats the class. */
export function StatusText({ status, withReason = false }: { readonly status: number | null; readonly withReason?: boolean }) {
  if (status === null) return <span className="text-muted">–</span>
  const reason = reasonPhrase(status)
  return (
    <span className={cx('font-mono font-medium', CLASS_TONE[Math.floor(status / 100)])} title={reason}>
      {status}
      {withReason && reason !== '' && <span className="font-sans font-normal"> {reason}</span>}
    </span>
  )
}
