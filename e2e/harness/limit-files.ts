import { expect } from 'vitest'
import { runToEnd } from './child.ts'
import { toolPath } from './need.ts'

/** As a full disk: no file of the process may grow beyond so many octets. */
export async function limitFiles(pid: number, octets: number | 'unlimited'): Promise<void> {
  expect((await runToEnd(toolPath('prlimit'), [`--pid=${pid}`, `--fsize=${octets}:`])).code).toBe(0)
}
