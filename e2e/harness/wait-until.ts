import { setTimeout as sleep } from 'node:timers/promises'

/**
 * Asks again and again until the probe gives something; the error says what was awaited and the last thing that went wrong.
 * Who waits for something that will come gives it much time: others may keep the machine busy.
 */
export async function waitUntil<T>(
  what: string,
  probe: () => Promise<T | undefined> | T | undefined,
  timeoutMs = 20_000,
  everyMs = 25,
): Promise<T> {
  const giveUpAt = performance.now() + timeoutMs
  let lastProblem = ''
  for (;;) {
    try {
      const found = await probe()
      if (found !== undefined) return found
    } catch (problem) {
      lastProblem = problem instanceof Error ? problem.message : String(problem)
    }
    if (performance.now() > giveUpAt) {
      throw new Error(`waited ${timeoutMs} ms for ${what}${lastProblem === '' ? '' : ` (last problem: ${lastProblem})`}`)
    }
    await sleep(everyMs)
  }
}
