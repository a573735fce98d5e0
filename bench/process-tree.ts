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

/** Microseconds of CPU, user and system, that the tree has used since it started, except for threads that have ended. */
export function cpuMicroseconds(pid: number): number {
  let nanoseconds = 0
  for (const member of processTree(pid)) {
    for (const thread of threadsOf(member)) nanoseconds += Number(read(`/proc/${member}/task/${thread}/schedstat`).split(' ')[0])
  }
  return nanoseconds / 1000
}

function threadsOf(pid: number): readonly string[] {
  try {
    return readdirSync(`/proc/${pid}/task`)
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
