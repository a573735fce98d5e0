import { fileURLToPath } from 'node:url'
import { Child, pause } from './child.ts'
import { Port } from './ports.ts'
import type { Subject, SubjectSpec } from './subject.ts'

const CONFIGURATION = fileURLToPath(new URL('kamailio.cfg', import.meta.url))

/** Kamailio with the memory allocator `fm` (the faster one) or with the default of Debian's package. */
export function kamailio(name: string, allocator: 'fm' | 'default'): SubjectSpec {
  return {
    name,
    async start(folder): Promise<Subject> {
      const listen = ['udp', 'tcp'].flatMap((proto) => ['-l', `${proto}:127.0.0.1:${Port.PROXY}`])
      const memory = allocator === 'fm' ? ['-x', 'fm', '-m', '512'] : ['-m', '512']
      const child = new Child('kamailio', [...memory, '-DD', '-E', '-f', CONFIGURATION, '-w', folder, '-Y', folder, ...listen], {
        cwd: folder,
      })
      // It says nothing when it is ready; its workers are there well before this.
      await pause(1500)
      await child.until(() => true)
      if (!child.running) throw new Error(`kamailio has ended:\n${child.printed}`)
      return { pid: child.pid, stop: () => child.stop() }
    },
  }
}
