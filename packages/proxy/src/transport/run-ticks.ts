import process from 'node:process'

interface TickRunner {
  readonly _tickCallback?: () => void
}

const runner: TickRunner = process as unknown as TickRunner

/**
 * Runs the promise reactions and nextTick callbacks that a callback from native code has left behind: node does this only
 * after its own callbacks. `_tickCallback` is what it uses itself and costs nothing when nothing waits; should it go, an
 * immediate has the same effect for about a microsecond.
 */
export const runTicks: () => void = runner._tickCallback ?? ((): void => void setImmediate(() => undefined))
