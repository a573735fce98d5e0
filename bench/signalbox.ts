import { join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { Child } from './child.ts'
import { openConsoles } from './consoles.ts'
import { Port } from './ports.ts'
import type { Routing, Subject, SubjectSpec } from './subject.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const SCRIPTS: Readonly<Record<Routing, string>> = {
  relay: fileURLToPath(new URL('route.js', import.meta.url)),
  default: fileURLToPath(new URL('default-route.js', import.meta.url)),
}

export interface SignalboxOptions {
  readonly name: string
  /** Root of the checkout to run. */
  readonly root?: string
  readonly env?: Readonly<Record<string, string>>
  /** Launcher and API too, not only the engine. */
  readonly whole?: boolean
  /** SIP threads. */
  readonly workers?: number
}

export function signalbox({ name, root = ROOT, env = {}, whole = false, workers = 1 }: SignalboxOptions): SubjectSpec {
  return {
    name,
    async start(folder, routing): Promise<Subject> {
      const main = whole ? 'apps/signalbox/src/main.ts' : 'packages/proxy/src/main.ts'
      const listen = ['udp', 'tcp'].flatMap((proto) => ['--listen', `${proto}:127.0.0.1:${Port.PROXY}`])
      const http = ['--workers', String(workers), '--http', `127.0.0.1:${Port.HTTP}`, ...(whole ? [] : ['--engine-only'])]
      const own = ['--script', SCRIPTS[routing], '--data-dir', join(folder, 'data'), '--shutdown-timeout', '0']
      const args = [join(root, main), ...listen, ...http, ...own]
      const child = new Child(process.execPath, args, { cwd: folder, env: { ...process.env, ...env } })
      await child.until(isHealthy)
      return { pid: child.pid, metrics, watch: openConsoles, stop: () => child.stop() }
    },
  }
}

async function metrics(): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${Port.HTTP}/metrics`)
  return response.text()
}

async function isHealthy(): Promise<boolean> {
  try {
    const response = await fetch(`http://127.0.0.1:${Port.HTTP}/healthz`)
    await response.arrayBuffer()
    return response.ok
  } catch {
    return false
  }
}
