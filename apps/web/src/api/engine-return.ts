import type { LiveStore } from '../stores/live-store.ts'
import type { Connection } from './live.ts'

/** Calls `back` each time the engine is there again after it was lost: what it said before may be of another one. */
export function onEngineReturn(live: LiveStore<Connection>, back: () => void): void {
  let lost = false
  live.subscribe(() => {
    const { phase, engine } = live.getSnapshot()
    if (phase === 'open' && engine === 'up') {
      if (lost) back()
      lost = false
    } else if (phase === 'waiting' || engine === 'down') lost = true
  })
}
