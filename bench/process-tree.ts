import { readdirSync, readFileSync } from 'node:fs'

/** The processes of a tree and what they have used, as Linux tells it in /proc. */

/** `pid` and everything below it. */
function processTree(pid: number): readonly number[] {
  const children = new Map<number, number[]>()
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue
    const parent = parentOf(name)
    if (parent > 0) children.set(parent, [...(children.get(parent) ?? []), Number(name)])
  }
  const tree = [pid]
  for (const member of tree) tree.push(...(children.get(member) ?? []))
  return tree
}

/** 0 when the process has gone in the meantime. */
function parentOf(pid: string): number {
  const stat = read(`/proc/${pid}/stat`)
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1] ?? 0)
}

function read(file: string): string {
  try {
    return readFileSync(file, 'latin1')
  } catch {
    return ''
  }
}

/** Microseconds of CPU, user and system, that each thread of the tree has used since it started; those that have ended are missing. */
export function threadMicroseconds(pid: number): ReadonlyMap<number, number> {
  const used = new Map<number, number>()
  for (const member of processTree(pid)) {
    for (const thread of threadsOf(member)) used.set(thread, Number(read(`/proc/${member}/task/${thread}/schedstat`).split(' ')[0]) / 1000)
  }
  return used
}

/** The same of all threads together. */
export function cpuMicroseconds(pid: number): number {
  return sum(threadMicroseconds(pid))
}

/** What was used between two looks: by all threads, and by the busiest of them. */
export function cpuBetween(
  before: ReadonlyMap<number, number>,
  after: ReadonlyMap<number, number>,
): { readonly all: number; readonly busiest: number } {
  const used = [...after].map(([thread, microseconds]) => microseconds - (before.get(thread) ?? 0))
  return { all: sum(after) - sum(before), busiest: Math.max(0, ...used) }
}

function sum(threads: ReadonlyMap<number, number>): number {
  return [...threads.values()].reduce((total, microseconds) => total + microseconds, 0)
}

function threadsOf(pid: number): readonly number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).map(Number)
  } catch {
    return []
  }
}

/** Bytes of memory that the tree occupies; what its processes share counts once. */
export function memoryBytes(pid: number): number {
  let kibibytes = 0
  for (const member of processTree(pid)) {
    kibibytes += Number(/^Pss:\s+(\d+)/m.exec(read(`/proc/${member}/smaps_rollup`))?.[1] ?? 0)
  }
  return kibibytes * 1024
}
