import { execFileSync } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs'
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
const ALL = 'parse,relay,lookup,timers,call'

/** A checkout of `commit` with the dependencies and the micro-benchmarks of this one. */
function checkout(commit: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'signalbox-reference-'))
  execFileSync('git', ['worktree', 'add', '--detach', folder, commit], { cwd: ROOT, stdio: 'ignore' })
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'))
  const packages = ['packages', 'apps'].flatMap((parent) => readdirSync(join(ROOT, parent)).map((name) => join(parent, name)))
  for (const own of [...packages, 'bench']) {
    cpSync(join(ROOT, own, 'node_modules'), join(folder, own, 'node_modules'), { recursive: true, verbatimSymlinks: true, force: true })
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

/** Nanoseconds an operation takes there. */
function run(folder: string, name: string): number {
  const output = execFileSync(process.execPath, [join(folder, 'bench', 'micro', `${name}.ts`)], { encoding: 'utf8' })
  return Number(output.trim().split(' ').at(-1))
}

function compare(name: string, reference: string, rounds: number): string {
  const before: number[] = []
  const after: number[] = []
  for (let round = 0; round < rounds; round++) {
    before.push(run(reference, name))
    after.push(run(ROOT, name))
  }
  const ratios = before.map((value, i) => after[i] / value)
  const columns = [median(before).toFixed(0), median(after).toFixed(0), median(ratios).toFixed(3), Math.min(...ratios).toFixed(3)]
  return `| ${[name, ...columns, Math.max(...ratios).toFixed(3)].join(' | ')} |`
}

const [commit = 'HEAD', rounds = '9', names = ALL] = process.argv.slice(2)
const reference = checkout(commit)
try {
  process.stdout.write('| benchmark | ns before | ns now | ratio | lowest | highest |\n| --- | --- | --- | --- | --- | --- |\n')
  for (const name of names.split(',')) process.stdout.write(`${compare(name, reference, Number(rounds))}\n`)
} finally {
  remove(reference)
}
