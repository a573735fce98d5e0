import { readdirSync, readFileSync } from 'node:fs'

export interface ProcessEntry {
  readonly pid: number
  readonly parent: number
  readonly commandLine: string
}

function entryOf(pid: number): ProcessEntry | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The command name is in parentheses and may hold anything; the fields count from behind it.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    if (fields[0] === 'Z') return null
    const commandLine = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim()
    return { pid, parent: Number(fields[1]), commandLine }
  } catch {
    return null
  }
}

/** The living descendants of a process, parents before children. */
export function descendants(root: number): readonly ProcessEntry[] {
  const entries = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => entryOf(Number(name)))
    .filter((entry) => entry !== null)
  const found: ProcessEntry[] = []
  const parents = new Set([root])
  // A child can have a smaller pid than its parent after a wrap, so pass until nothing is added.
  for (let before = -1; before !== found.length;) {
    before = found.length
    for (const entry of entries) {
      if (parents.has(entry.pid) || !parents.has(entry.parent)) continue
      parents.add(entry.pid)
      found.push(entry)
    }
  }
  return found
}

export function isAlive(pid: number): boolean {
  return entryOf(pid) !== null
}
