import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Child, pause } from './child.ts'
import { Port } from './ports.ts'
import type { Subject, SubjectSpec } from './subject.ts'

const CONFIGURATION = fileURLToPath(new URL('kamailio.cfg', import.meta.url))
const DEFAULT_CONFIGURATION = '/etc/kamailio/kamailio.cfg'
/** Megabytes that it may take for transactions; it takes what it needs. */
const MEMORY = '6144'

/** Kamailio with the memory allocator `fm` (the faster one) or with the default of Debian's package. */
export function kamailio(name: string, allocator: 'fm' | 'default'): SubjectSpec {
  return {
    name,
    async start(folder, routing): Promise<Subject> {
      const listen = ['udp', 'tcp'].flatMap((proto) => ['-l', `${proto}:127.0.0.1:${Port.PROXY}`])
      const memory = [...(allocator === 'fm' ? ['-x', 'fm'] : []), '-m', MEMORY]
      const file = routing === 'default' ? defaultConfiguration(folder) : CONFIGURATION
      const child = new Child('kamailio', [...memory, '-n', '1', '-DD', '-E', '-f', file, '-w', folder, '-Y', folder, ...listen], {
        cwd: folder,
      })
      // It says nothing when it is ready; its workers are there well before this.
      await pause(1500)
      await child.until(() => true)
      return {
        pid: child.pid,
        metrics: () => Promise.resolve(''),
        watch: () => Promise.reject(new Error('Kamailio has no console')),
        stop: () => child.stop(),
      }
    },
  }
}

/** The file that the package installs, without the accounting, which Signalbox does not have. */
function defaultConfiguration(folder: string): string {
  const installed = readFileSync(DEFAULT_CONFIGURATION, 'utf8')
  const file = join(folder, 'kamailio.cfg')
  writeFileSync(file, installed.replaceAll(/^loadmodule "acc\.so"$|^modparam\("acc",[^)]*\)$/gm, ''))
  return file
}
