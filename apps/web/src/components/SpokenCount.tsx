import { useEffect, useRef, useState, type ReactNode } from 'react'

interface SpokenCountProps {
  /** What a person chose: the count is spoken once after it has changed. */
  readonly cause: string
  readonly className: string
  readonly children: ReactNode
}

const SETTLED_MS = 1000

/** A count that moves five times a second is seen so; spoken so, it would never end. */
export function SpokenCount({ cause, className, children }: SpokenCountProps) {
  const seen = useRef<HTMLSpanElement>(null)
  const [said, setSaid] = useState<{ readonly cause: string; readonly text: string } | null>(null)
  const due = said?.cause !== cause
  useEffect(() => {
    if (!due) return
    const id = setTimeout(() => setSaid({ cause, text: seen.current?.textContent ?? '' }), SETTLED_MS)
    return () => clearTimeout(id)
  }, [cause, due])
  return (
    <>
      <span ref={seen} className={className}>
        {children}
      </span>
      <span role="status" className="sr-only">
        {said?.text}
      </span>
    </>
  )
}
