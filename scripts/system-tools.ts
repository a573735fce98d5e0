import { accessSync, constants, existsSync, rmSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { runTool } from './run-tool.ts'

interface SystemTool {
  readonly command: string
  /** Debian's name of the package that has it. */
  readonly debian: string
  readonly use: string
}

const tools: readonly SystemTool[] = [
  { command: 'sipp', debian: 'sip-tester', use: 'load and call scenarios' },
  { command: 'sipsak', debian: 'sipsak', use: 'OPTIONS and REGISTER of a second client' },
  { command: 'baresip', debian: 'baresip-core', use: 'two real user agents' },
  { command: 'kamailio', debian: 'kamailio', use: 'comparison with the reference' },
  { command: 'prometheus', debian: 'prometheus', use: 'scraping /metrics' },
  { command: 'chromium', debian: 'chromium', use: 'browser tests of the console' },
]

const POLICY = '/usr/sbin/policy-rc.d'

function isInstalled(command: string): boolean {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/local/sbin', '/usr/sbin', '/sbin']
  return folders.some((folder) => {
    try {
      accessSync(join(folder, command), constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}

function missingTools(): readonly SystemTool[] {
  return tools.filter((tool) => !isInstalled(tool.command))
}

/** Installs what the integration tests need where that is possible, and says which of them are skipped otherwise. */
export async function ensureSystemTools(): Promise<void> {
  const missing = missingTools()
  if (missing.length === 0) return
  const canInstall = process.getuid?.() === 0 && existsSync('/etc/debian_version') && isInstalled('apt-get')
  if (canInstall) await aptInstall(missing.map((tool) => tool.debian))
  const left = missingTools()
  if (left.length === 0) return
  console.log(`Tests are skipped because these tools are missing${canInstall ? ' and apt-get could not install them' : ''}:`)
  for (const tool of left) console.log(`  ${tool.command.padEnd(12)} ${tool.use} (Debian: apt-get install ${tool.debian})`)
}

async function aptInstall(packages: readonly string[]): Promise<void> {
  console.log(`Installing with apt-get: ${packages.join(' ')}`)
  const install = {
    command: 'apt-get',
    args: ['install', '-y', '-q', '--no-install-recommends', ...packages],
    env: { DEBIAN_FRONTEND: 'noninteractive' },
  }
  await withoutServices(async () => {
    if ((await runTool(install)).code === 0) return
    await runTool({ command: 'apt-get', args: ['update', '-q'] })
    const { code, output } = await runTool(install)
    if (code !== 0) console.log(output.trimEnd().split('\n').slice(-15).join('\n'))
  })
}

/** Kamailio and Prometheus are wanted as programs: Debian must not start them as services on their usual ports. */
async function withoutServices(work: () => Promise<void>): Promise<void> {
  if (existsSync(POLICY)) return work()
  writeFileSync(POLICY, '#!/bin/sh\nexit 101\n', { mode: 0o755 })
  try {
    await work()
  } finally {
    rmSync(POLICY, { force: true })
  }
}
