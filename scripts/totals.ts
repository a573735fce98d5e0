/** What a test run came to. */
export interface Totals {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
}

export const nothing: Totals = { passed: 0, failed: 0, skipped: 0 }

export function add(a: Totals, b: Totals): Totals {
  return { passed: a.passed + b.passed, failed: a.failed + b.failed, skipped: a.skipped + b.skipped }
}

/** The last line of every run, for people and for scripts. */
export function totalsLine({ passed, failed, skipped }: Totals): string {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`
}
