import { locked } from './lock.mjs'
import { ensureNode, findNode } from './runtime.mjs'
import { dependenciesAreCurrent, ensureDependencies, ensureWeb, webIsCurrent } from './workspace.mjs'
import { BootstrapError } from './tell.mjs'

const OLDEST_NODE = 20

/** Makes sure of Node 26, pnpm, the dependencies and (`web`) the built console. Gives the path of that Node. */
export async function bootstrap({ web }) {
  if (Number(process.versions.node.split('.', 1)[0]) < OLDEST_NODE) {
    throw new BootstrapError(
      `Node.js ${OLDEST_NODE} or later is needed to start (this is ${process.version}); Node.js 26 is then installed by itself.`,
    )
  }
  if (process.platform === 'win32') throw new BootstrapError('Windows is not supported; use Linux, macOS or WSL.')
  const found = findNode()
  if (found !== null && dependenciesAreCurrent() && (!web || webIsCurrent())) return found
  return locked(async () => {
    const node = await ensureNode()
    await ensureDependencies(node)
    if (web) await ensureWeb(node)
    return node
  })
}
