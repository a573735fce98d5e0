import { useMemo, useSyncExternalStore } from 'react'

export interface PastCall {
  readonly method: string
  readonly params: readonly unknown[]
  readonly at: number
  readonly tookMs: number
  readonly outcome: { readonly ok: true; readonly result: unknown } | { readonly ok: false; readonly error: Error }
}

const KEPT = 50
const listeners = new Set<() => void>()
let calls: readonly PastCall[] = []

/** Calls of this tab, newest first; gone when it closes, because results may hold personal data. */
export function addCall(call: PastCall): void {
  calls = [call, ...calls].slice(0, KEPT)
  for (const listener of listeners) listener()
}

export function useCallHistory(method: string): readonly PastCall[] {
  const all = useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => calls,
  )
  return useMemo(() => all.filter((call) => call.method === method), [all, method])
}
