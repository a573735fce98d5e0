import { useSyncExternalStore } from 'react'
import type { HeldStore } from '../stores/held-store.ts'

export interface Held<T> {
  readonly shown: T
  readonly paused: boolean
  readonly toggle: () => void
  readonly hold: () => void
  readonly release: () => void
}

/** Freezes what is shown while paused, over other pages as well; the live value goes on behind it. */
export function useHeld<T>(store: HeldStore<T>): Held<T> {
  const live = useSyncExternalStore(store.subscribe, store.getSnapshot)
  const held = useSyncExternalStore(store.subscribe, store.getHeld)
  return {
    shown: held ?? live,
    paused: held !== null,
    toggle: () => (held === null ? store.hold() : store.release()),
    hold: () => store.hold(),
    release: () => store.release(),
  }
}
