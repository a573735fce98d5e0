import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

const packageOf: Readonly<Record<string, string>> = {
  sipp: 'sip-tester',
  sipsak: 'sipsak',
  baresip: 'baresip-core',
  kamailio: 'kamailio',
  prometheus: 'prometheus',
  promtool: 'prometheus',
  chromium: 'chromium',
  tshark: 'tshark',
  prlimit: 'util-linux',
}

const searched = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/local/sbin', '/usr/sbin', '/sbin']
const told = new Set<string>()

function pathOf(tool: string): string | null {
  for (const folder of searched) {
    const file = join(folder, tool)
    try {
      accessSync(file, constants.X_OK)
      return file
    } catch {
      // not in this folder
    }
  }
  return null
}

/** True when a tool of the scenario is not installed; says once what is skipped and how to get it. For describe.skipIf(). */
export function missing(...tools: readonly string[]): boolean {
  const absent = tools.filter((tool) => pathOf(tool) === null)
  for (const tool of absent) {
    if (told.has(tool)) continue
    told.add(tool)
    console.warn(`SKIPPED: scenarios with ${tool}, which is not installed (Debian: apt-get install ${packageOf[tool] ?? tool})`)
  }
  return absent.length > 0
}

/** The full path of an installed tool. */
export function toolPath(tool: string): string {
  const path = pathOf(tool)
  if (path === null) throw new Error(`${tool} is not installed (Debian: apt-get install ${packageOf[tool] ?? tool})`)
  return path
}
