import { useState } from 'react'

export interface Held<T> {
  readonly shown: T
  readonly paused: boolean
  readonly toggle: () => void
  readonly hold: () => void
  readonly release: () => void
}

/** Freezes what is shown while paused; the live value goes on behind it. */
export function useHeld<T>(live: T): Held<T> {
  const [frozen, setFrozen] = useState<{ readonly value: T } | null>(null)
  return {
    shown: frozen === null ? live : frozen.value,
    paused: frozen !== null,
    toggle: () => setFrozen(frozen === null ? { value: live } : null),
    hold: () => setFrozen(frozen ?? { value: live }),
    release: () => setFrozen(null),
  }
}
