// Forked by simulator.ts: simulates the world of each seed that it is sent, and answers with what went wrong there.
import { randomCalls } from '../packages/proxy/test/simulation/random-calls.ts'
import { CALLS_A_WORLD } from './simulator.ts'

process.on('message', (seed: number) => process.send?.(violationsOf(seed)))

function violationsOf(seed: number): readonly string[] {
  try {
    // Every fourth world has proxies of several threads.
    return randomCalls(seed, CALLS_A_WORLD, seed % 4 === 0 ? 2 + (seed % 3) : 1).violations
  } catch (error) {
    return [`an exception: ${error instanceof Error ? error.stack : String(error)}`]
  }
}
