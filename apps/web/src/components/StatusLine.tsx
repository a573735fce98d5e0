import { useSyncExternalStore } from 'react'
import { statusLine } from '../stores/status-line.ts'

/** Always in the document, or screen readers would miss its first text. */
export function StatusLine() {
  const text = useSyncExternalStore(statusLine.subscribe, statusLine.getSnapshot)
  return (
    <p
      role="status"
      className="pointer-events-none fixed bottom-20 left-1/2 z-30 -translate-x-1/2 rounded-md border border-line-strong bg-raised px-3 py-1.5 text-xs font-medium shadow-pop empty:border-0 empty:p-0 md:bottom-6"
    >
      {text}
    </p>
  )
}
