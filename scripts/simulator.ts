import { fork, type ChildProcess } from 'node:child_process'
import { join } from 'node:path'

export const CALLS_A_WORLD = 100

/** A world that takes longer than this does not end, in ms. */
const PATIENCE = 60_000

/** After so many worlds their scripts, which optimized code of V8 keeps alive, slow a process down. */
const WORLDS_A_PROCESS = 500

/** A process that simulates one world after the other. What happens to it happens to the world that it is at, not to the others. */
export class Simulator {
  #child: ChildProcess | null = null
  #worlds = 0

  /** What went wrong in the world of that seed: sentences, none when all is well. One world at a time. */
  async simulate(seed: number): Promise<readonly string[]> {
    if (this.#worlds++ % WORLDS_A_PROCESS === 0) this.end()
    const child = (this.#child ??= fork(join(import.meta.dirname, 'simulated-world.ts')))
    const answer = await new Promise<readonly string[]>((resolve) => {
      let late = false
      const timer = setTimeout(() => {
        late = true
        child.kill('SIGKILL')
      }, PATIENCE)
      const done = (violations: readonly string[]): void => {
        clearTimeout(timer)
        child.removeAllListeners()
        resolve(violations)
      }
      child.on('message', (violations: readonly string[]) => done(violations))
      child.on('exit', (code, signal) => {
        this.#child = null
        done([late ? `it does not end, or takes longer than ${PATIENCE / 1000} s` : `its process ended with ${signal ?? code}`])
      })
      child.send(seed)
    })
    return answer
  }

  /** Ends the process. */
  end(): void {
    this.#child?.disconnect()
    this.#child = null
  }
}
