import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Child } from './child.ts'
import { Consoles } from './consoles.ts'
import { Port } from './ports.ts'
import type { Subject, SubjectSpec } from './subject.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const SCRIPT = fileURLToPath(new URL('route.js', import.meta.url))

export interface SignalboxOptions {
  readonly name: string
  /** Root of the checkout to run. */
  readonly root?: string
  readonly env?: Readonly<Record<string, string>>
  /** Launcher and API too, not only the engine. */
  readonly whole?: boolean
  /** So many browsers watch. */
  readonly consoles?: number
}

export function signalbox({ name, root = ROOT, env = {}, whole = false, consoles = 0 }: SignalboxOptions): SubjectSpec {
  return {
    name,
    async start(folder): Promise<Subject> {
      const main = whole ? 'apps/signalbox/src/main.ts' : 'packages/proxy/src/main.ts'
      const listen = ['udp', 'tcp'].flatMap((proto) => ['--listen', `${proto}:127.0.0.1:${Port.PROXY}`])
      const http = ['--http', `127.0.0.1:${Port.HTTP}`, ...(whole ? [] : ['--engine-only'])]
      const own = ['--script', SCRIPT, '--data-dir', join(folder, 'data'), '--shutdown-timeout', '0']
      const args = [join(root, main), ...listen, ...http, ...own]
      const child = new Child(process.execPath, args, { cwd: folder, env: { ...process.env, ...env } })
      await child.until(isHealthy)
      const watchers = new Consoles()
      if (consoles > 0) await watchers.open(consoles)
      return {
        pid: child.pid,
        async stop() {
          watchers.close()
          await child.stop()
        },
      }
    },
  }
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
