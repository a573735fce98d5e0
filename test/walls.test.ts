import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const root = join(import.meta.dirname, '..')
const engine = 'packages/proxy/src'

/** One line of code per file: what a wall must stop, and what must pass through its gate. ARCHITECTURE.md has the table. */
const forbidden: readonly (readonly [file: string, code: string])[] = [
  ['packages/sip/src/probe.ts', "import { Buffer } from 'node:buffer'; export const x = Buffer"],
  ['packages/sip/src/probe.ts', "import type { Method } from '@signalbox/contract'; export type X = Method"],
  ['packages/sip/src/probe.ts', 'export const x = Buffer.from([])'],
  ['packages/contract/src/probe.ts', "import { parseMessage } from '@signalbox/sip'; export const x = parseMessage"],
  ['packages/contract/src/probe.ts', 'export const x = process.pid'],
  [`${engine}/clock/probe.ts`, "import type { Cell } from '../tm/cell.ts'; export type X = Cell"],
  [`${engine}/clock/probe.ts`, 'export const x = () => setTimeout(() => undefined, 1)'],
  [`${engine}/bus/probe.ts`, "import { performance } from 'node:perf_hooks'; export const x = performance"],
  [`${engine}/bus/probe.ts`, "import { wheel } from '../clock/timer-wheel.ts'; export const x = wheel"],
  [`${engine}/log/probe.ts`, "import { config } from '../config/load-config.ts'; export const x = config"],
  [`${engine}/config/probe.ts`, "import { cell } from '../tm/cell.ts'; export const x = cell"],
  [`${engine}/transport/probe.ts`, "import type { Cell } from '../tm/cell.ts'; export type X = Cell"],
  [`${engine}/transport/probe.ts`, "import { relay } from '../forward/relay.ts'; export const x = relay"],
  [`${engine}/forward/probe.ts`, "import { udp } from '../transport/udp.ts'; export const x = udp"],
  [`${engine}/forward/probe.ts`, "import type { Cell } from '../tm/cell.ts'; export type X = Cell"],
  [`${engine}/dns/probe.ts`, "import { resolve4 } from 'node:dns'; export const x = resolve4"],
  [`${engine}/dns/probe.ts`, "import type { Cell } from '../tm/cell.ts'; export type X = Cell"],
  [`${engine}/dns/probe.ts`, "import { gauge } from '../metrics/metric-source.ts'; export const x = gauge"],
  [`${engine}/tm/probe.ts`, "import { cache } from '../dns/dns-cache.ts'; export const x = cache"],
  [`${engine}/forward/probe.ts`, "import type { Place } from '../dns/rfc3263.ts'; export type X = Place"],
  [`${engine}/thread/probe.ts`, "import type { Dispatcher } from '../rpc/dispatcher.ts'; export type X = Dispatcher"],
  [`${engine}/tm/probe.ts`, "import { udp } from '../transport/udp.ts'; export const x = udp"],
  [`${engine}/tm/probe.ts`, "import type { Loader } from '../script/script-loader.ts'; export type X = Loader"],
  [`${engine}/tm/probe.ts`, "import { ring } from '../bus/event-ring.ts'; export const x = ring"],
  [`${engine}/tm/probe.ts`, "import { stats } from '@signalbox/contract'; export const x = stats"],
  [`${engine}/tm/probe.ts`, "import { createSocket } from 'node:dgram'; export const x = createSocket"],
  [`${engine}/tm/probe.ts`, 'export const x = Math.random()'],
  [`${engine}/tm/probe.ts`, 'export const x = Date.now()'],
  [`${engine}/tm/probe.ts`, "import { x } from '../engine.ts'; export const y = x"],
  [`${engine}/sl/probe.ts`, "import { cell } from '../tm/cell.ts'; export const x = cell"],
  [`${engine}/usrloc/probe.ts`, "import { DatabaseSync } from 'node:sqlite'; export const x = DatabaseSync"],
  [`${engine}/usrloc/contact-store.ts`, "import type { Cell } from '../tm/cell.ts'; export type X = Cell"],
  [`${engine}/crossing/probe.ts`, "import { Turn } from '../transport/turn.ts'; export const x = Turn"],
  [`${engine}/crossing/probe.ts`, "import type { Script } from '../script/script.ts'; export type X = Script"],
  [`${engine}/tm/probe.ts`, "import { ownerOf } from '../crossing/owner-of.ts'; export const x = ownerOf"],
  [`${engine}/registrar/probe.ts`, "import { cell } from '../tm/cell.ts'; export const x = cell"],
  [`${engine}/script/probe.ts`, "import type { Dispatcher } from '../rpc/dispatcher.ts'; export type X = Dispatcher"],
  [`${engine}/script/probe.ts`, "import { udp } from '../transport/udp.ts'; export const x = udp"],
  [`${engine}/control/probe.ts`, "import { cell } from '../tm/cell.ts'; export const x = cell"],
  [`${engine}/rpc/probe.ts`, "import { cell } from '../tm/cell.ts'; export const x = cell"],
  [`${engine}/rpc/methods/probe.ts`, "import { cell } from '../../tm/cell.ts'; export const x = cell"],
  [`${engine}/metrics/probe.ts`, "import { cell } from '../tm/cell.ts'; export const x = cell"],
  [`${engine}/receive.ts`, "import { udp } from './transport/udp.ts'; export const x = udp"],
  ['apps/api/src/probe.ts', "import { parseMessage } from '@signalbox/sip'; export const x = parseMessage"],
  ['apps/api/src/probe.ts', "import { engine } from '../../../packages/proxy/src/engine.ts'; export const x = engine"],
  ['apps/web/src/probe.ts', "import { readFileSync } from 'node:fs'; export const x = readFileSync"],
  ['apps/web/src/probe.ts', "import { parseMessage } from '@signalbox/sip'; export const x = parseMessage"],
  ['apps/demo/src/probe.ts', "import { engine } from '@signalbox/proxy'; export const x = engine"],
  ['apps/signalbox/src/probe.ts', "import { engine } from '@signalbox/proxy'; export const x = engine"],
  ['e2e/harness/probe.ts', "import { parseMessage } from '@signalbox/sip'; export const x = parseMessage"],
  [`${engine}/tm/probe.ts`, 'export default 1'],
  [`${engine}/tm/probe.ts`, 'export const x = (a: any): unknown => a'],
  [`${engine}/tm/probe.ts`, 'export const x = (a: string | null): string => a!'],
  [`${engine}/tm/Probe.ts`, 'export const x = 1'],
]

const allowed: readonly (readonly [file: string, code: string])[] = [
  [`${engine}/tm/probe.ts`, "import { BlocklistReason } from '../dns/dst-blocklist.ts'; export const x = BlocklistReason"],
  [`${engine}/config/probe.ts`, "import { coreParameters } from '../dns/core-parameters.ts'; export const x = coreParameters"],
  [`${engine}/tm/probe.ts`, "import type { Transport } from '../transport/transport.ts'; export type X = Transport"],
  [`${engine}/tm/probe.ts`, "import { EventKind } from '../bus/event-kind.ts'; export const x = EventKind"],
  [`${engine}/dns/probe.ts`, "import { Counter } from '../metrics/counter-layout.ts'; export const x = Counter"],
  [`${engine}/tm/probe.ts`, "import { Counter } from '../metrics/counter-layout.ts'; export const x = Counter"],
  [`${engine}/tm/probe.ts`, "import { relay } from '../forward/relay.ts'; export const x = relay"],
  [`${engine}/config/probe.ts`, "import { tmParameters } from '../tm/parameters.ts'; export const x = tmParameters"],
  [`${engine}/usrloc/contact-store.ts`, "import { DatabaseSync } from 'node:sqlite'; export const x = DatabaseSync"],
  [`${engine}/usrloc/journal-disk.ts`, "import { openSync } from 'node:fs'; export const x = openSync"],
  [`${engine}/main.ts`, "import { cell } from './tm/cell.ts'; export const x = cell"],
  [`${engine}/tm/probe.test.ts`, "import { FakeClock } from '../clock/fake-clock.ts'; export const x = FakeClock"],
  ['apps/signalbox/src/probe.ts', "import { loadConfig } from '@signalbox/proxy/config/load-config.ts'; export const x = loadConfig"],
  ['apps/web/src/pages/Probe.tsx', 'export default 1'],
]

const WALL_RULES = /no-restricted-|no-default-export|no-explicit-any|no-non-null-assertion|filename-case/

interface Diagnostic {
  readonly code: string
  readonly filename: string
}

let folder: string
let diagnostics: readonly Diagnostic[]

/** Every probe has a checkout of its own below `folder`, so that one file can be several probes. */
function place(index: number, kind: string): string {
  return join(folder, kind, String(index))
}

function writeProbes(kind: string, probes: readonly (readonly [string, string])[]): void {
  for (const [index, [file, code]] of probes.entries()) {
    const path = join(place(index, kind), file)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, `${code}\n`)
    copyFileSync(join(root, '.oxlintrc.json'), join(place(index, kind), '.oxlintrc.json'))
  }
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'signalbox-walls-'))
  writeProbes('forbidden', forbidden)
  writeProbes('allowed', allowed)
  const oxlint = join(root, 'node_modules/oxlint/bin/oxlint')
  const { stdout } = spawnSync(process.execPath, [oxlint, '--format=json', '.'], { cwd: folder, encoding: 'utf8' })
  diagnostics = (JSON.parse(stdout) as { readonly diagnostics: readonly Diagnostic[] }).diagnostics
})

afterAll(() => rmSync(folder, { recursive: true, force: true }))

function codesOf(index: number, kind: string): readonly string[] {
  return diagnostics.filter((one) => one.filename.startsWith(`${kind}/${index}/`)).map((one) => one.code)
}

describe('a wall stops', () => {
  it.each(forbidden.map(([file, code], index) => [index, file, code] as const))('%i %s: %s', (index) => {
    expect(codesOf(index, 'forbidden')).toContainEqual(expect.stringMatching(WALL_RULES))
  })
})

describe('a gate lets pass', () => {
  it.each(allowed.map(([file, code], index) => [index, file, code] as const))('%i %s: %s', (index) => {
    expect(codesOf(index, 'allowed')).toEqual([])
  })
})
