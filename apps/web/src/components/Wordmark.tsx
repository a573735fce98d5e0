/** A semaphore signal: mast, arm and lamp. */
export function Wordmark() {
  return (
    <svg viewBox="0 0 24 24" width="24" height="24" aria-hidden focusable="false">
      <path d="M6.5 21.5h8M9.5 21.5V3" stroke="var(--muted)" strokeWidth="1.9" strokeLinecap="round" fill="none" />
      <path d="M9.5 3.2 20 6.9v3.7L9.5 8.4z" fill="var(--good)" />
      <circle cx="9.5" cy="13.6" r="2.3" fill="var(--warn)" />
    </svg>
  )
}
