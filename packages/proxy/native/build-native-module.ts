import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'

const SOURCE = fileURLToPath(new URL('datagram.c', import.meta.url))
/** Where Node's headers lie beside its executable: in the npm package, in archives of nodejs.org, in most packages of systems. */
const HEADERS = join(dirname(process.execPath), '../include/node')
const FLAGS = ['-O2', '-Wall', '-Wextra', '-Werror', '-shared', '-fPIC']

/** Compiles native/datagram.c into the file `to`. Returns '' or, in a sentence, why that is impossible here. */
export function buildNativeModule(to: string): string {
  if (process.platform !== 'linux') return 'The native module needs Linux: other systems have no recvmmsg.'
  if (!existsSync(join(HEADERS, 'node_api.h'))) return `The headers of this Node.js are not in ${HEADERS}; install them there.`
  const compiler = process.env['CC'] ?? 'cc'
  const { error, status, stderr } = spawnSync(compiler, [...FLAGS, '-I', HEADERS, SOURCE, '-o', to], { encoding: 'utf8' })
  if (error !== undefined) return `There is no C compiler '${compiler}': install one (Debian: apt-get install gcc), or name it in CC.`
  return status === 0 ? '' : `${compiler} failed:\n${stderr}`
}
