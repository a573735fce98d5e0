import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { median } from '../statistics.ts'

/*
 * Micro-benchmarks of a reference commit against the working tree, alternating, each in a fresh process:
 * `node bench/micro/compare.ts [COMMIT] [ROUNDS] [NAMES]`, without COMMIT HEAD, nine rounds, all of them.
 */

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const ALL = 'parse,relay,lookup,timers,message,call,register'

/** A checkout of `commit` with the dependencies and the micro-benchmarks of this one. */
function checkout(commit: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'signalbox-reference-'))
  execFileSync('git', ['worktree', 'add', '--detach', folder, commit], { cwd: ROOT, stdio: 'ignore' })
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'))
  const packages = ['packages', 'apps'].flatMap((parent) => readdirSync(join(ROOT, parent)).map((name) => join(parent, name)))
  for (const own of [...packages, 'bench']) {
    const installed = join(ROOT, own, 'node_modules')
    if (existsSync(installed))
      cpSync(installed, join(folder, own, 'node_modules'), { recursive: true, verbatimSymlinks: true, force: true })
  }
  for (const own of ['bench/micro', 'bench/route.js', 'packages/proxy/package.json']) {
    cpSync(join(ROOT, own), join(folder, own), { recursive: true })
  }
  return folder
}

function remove(folder: string): void {
  execFileSync('git', ['worktree', 'remove', '--force', folder], { cwd: ROOT })
  rmSync(folder, { recursive: true, force: true })
}

/** What an operation takes there. */
interface Cost {
  readonly nanoseconds: number
  /** Left to the garbage collector. */
  readonly bytes: number
}

function run(folder: string, name: string): Cost {
  const output = execFileSync(process.execPath, [join(folder, 'bench', 'micro', `${name}.ts`)], { encoding: 'utf8' })
  const [nanoseconds, bytes] = output.trim().split(' ').slice(-2).map(Number)
  return { nanoseconds, bytes }
}

function compare(name: string, reference: string, rounds: number): string {
  const before: Cost[] = []
  const after: Cost[] = []
  for (let round = 0; round < rounds; round++) {
    before.push(run(reference, name))
    after.push(run(ROOT, name))
  }
  const ratios = before.map(({ nanoseconds }, i) => after[i].nanoseconds / nanoseconds)
  const times = [before, after].map((costs) => median(costs.map(({ nanoseconds }) => nanoseconds)).toFixed(0))
  const bytes = [before, after].map((costs) => median(costs.map((cost) => cost.bytes)).toFixed(0))
  const columns = [...times, median(ratios).toFixed(3), Math.min(...ratios).toFixed(3), Math.max(...ratios).toFixed(3), ...bytes]
  return `| ${[name, ...columns].join(' | ')} |`
}

const [commit = 'HEAD', rounds = '9', names = ALL] = process.argv.slice(2)
const reference = checkout(commit)
try {
  const head = ['benchmark', 'ns before', 'ns now', 'ratio', 'lowest', 'highest', 'bytes before', 'bytes now']
  process.stdout.write(`| ${head.join(' | ')} |\n|${' --- |'.repeat(head.length)}\n`)
  for (const name of names.split(',')) process.stdout.write(`${compare(name, reference, Number(rounds))}\n`)
} finally {
  remove(reference)
}
