import { spawnSync } from 'node:child_process'
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'

const root = join(import.meta.dirname, '..')
/** Root may write everywhere, so it becomes nobody; who may not read this Node.js cannot tell anything. */
const stranger = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {}
const runs = spawnSync(process.execPath, ['--version'], stranger).status === 0

it.skipIf(!runs)('says in one sentence that a folder which nobody prepared is not its own', () => {
  const folder = mkdtempSync(join(tmpdir(), 'signalbox-foreign-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  cpSync(join(root, 'bin'), join(folder, 'bin'), { recursive: true })
  cpSync(join(root, 'package.json'), join(folder, 'package.json'))
  for (const part of ['pnpm-lock.yaml', 'pnpm-workspace.yaml']) cpSync(join(root, part), join(folder, part))
  mkdirSync(join(folder, '.runtime'))
  for (const place of [join(folder, '.runtime'), folder]) chmodSync(place, 0o555)
  const { status, stderr } = spawnSync(process.execPath, [join(folder, 'bin/signalbox.mjs'), '--engine-only'], {
    encoding: 'utf8',
    ...stranger,
  })
  chmodSync(folder, 0o755)
  chmodSync(join(folder, '.runtime'), 0o755)
  expect([status, stderr]).toEqual([
    1,
    expect.stringMatching(/^signalbox: something is not installed .*\(EACCES\): run "npm run build" here .*\n$/),
  ])
})
