import { useMemo, useSyncExternalStore } from 'react'

export type Outcome =
  | { readonly type: 'answered'; readonly result: unknown }
  /** Answered, and the result let go for newer ones. */
  | { readonly type: 'forgotten' }
  | { readonly type: 'refused'; readonly error: Error }

export interface PastCall {
  readonly method: string
  readonly params: readonly unknown[]
  readonly at: number
  readonly tookMs: number
  readonly outcome: Outcome
}

const KEPT = 50
/** A result may be a list of every live transaction. */
export const RESULTS_KEPT = 5

/** Calls of this tab, newest first; gone when it closes, because results may hold personal data. */
export class RpcHistory {
  readonly #listeners = new Set<() => void>()
  #calls: readonly PastCall[] = []

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  readonly getSnapshot = (): readonly PastCall[] => this.#calls

  add(call: PastCall): void {
    this.#calls = [call, ...this.#calls].slice(0, KEPT).map((one, i) => (i < RESULTS_KEPT ? one : withoutResult(one)))
    for (const listener of this.#listeners) listener()
  }
}

function withoutResult(call: PastCall): PastCall {
  return call.outcome.type === 'answered' ? { ...call, outcome: { type: 'forgotten' } } : call
}

export const rpcHistory = new RpcHistory()

export function useCallHistory(method: string): readonly PastCall[] {
  const all = useSyncExternalStore(rpcHistory.subscribe, rpcHistory.getSnapshot)
  return useMemo(() => all.filter((call) => call.method === method), [all, method])
}
