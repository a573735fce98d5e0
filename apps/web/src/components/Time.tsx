import { formatClock, formatStamp } from '../format/time.ts'
import { usePreferences } from '../stores/preferences.ts'

/** A moment on the clock of the chosen zone; the tooltip has the date and both zones. */
export function Time({ at, withMs = true }: { readonly at: number; readonly withMs?: boolean }) {
  const { zone } = usePreferences()
  return (
    <time dateTime={new Date(at).toISOString()} title={`${formatStamp(at, 'utc')}\n${formatStamp(at, 'local')}`} className="font-mono">
      {formatClock(at, zone, withMs)}
    </time>
  )
}
