import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { npm } from './npm-package.mjs'
import { root } from './paths.mjs'
import { step } from './progress.mjs'
import { run, toolEnvironment } from './run.mjs'
import { ensurePnpm } from './runtime.mjs'
import { hashOf, readStamp, removeStamp, writeStamp } from './stamp.mjs'
import { BootstrapError } from './tell.mjs'

const dependencyHash = () => hashOf('pnpm-lock.yaml', 'pnpm-workspace.yaml')
const webHash = () => hashOf('apps/web', 'packages/contract/src', 'pnpm-lock.yaml')

export function dependenciesAreCurrent() {
  return existsSync(join(root, 'node_modules/.modules.yaml')) && readStamp('dependencies') === dependencyHash()
}

export async function ensureDependencies(node) {
  if (dependenciesAreCurrent()) return
  const pnpm = await ensurePnpm()
  await step('dependencies', async () => {
    removeStamp('dependencies')
    const args = [pnpm, 'install', '--frozen-lockfile', '--prod=false', '--reporter=append-only', '--config.confirm-modules-purge=false']
    const { code, output } = await run(node, args, { cwd: root, env: toolEnvironment(await registrySettings()) })
    if (code !== 0) throw new BootstrapError('pnpm could not install the dependencies; the lines above say why. Then start again.', output)
    writeStamp('dependencies', dependencyHash())
  })
}

/** Where npm is told to get packages from and how: pnpm has a global configuration file of its own and would not know. */
async function registrySettings() {
  const settings = { NODE_USE_SYSTEM_CA: '1' }
  try {
    const { stdout } = await npm(['config', 'list', '--json', '--loglevel=silent'], root)
    const known = JSON.parse(stdout)
    for (const name of ['registry', 'cafile', 'https-proxy', 'proxy', 'noproxy', 'strict-ssl']) {
      const value = known[name]
      if (value !== null && value !== undefined && value !== '') settings[`npm_config_${name.replaceAll('-', '_')}`] = String(value)
    }
  } catch {
    // an npm that cannot tell has nothing to say
  }
  return settings
}

export function webIsCurrent() {
  return existsSync(join(root, 'apps/web/dist/index.html')) && readStamp('web') === webHash()
}

export async function ensureWeb(node) {
  if (webIsCurrent()) return
  await step('web console', async () => {
    removeStamp('web')
    const hash = webHash()
    const folder = join(root, 'apps/web')
    const vite = join(folder, 'node_modules/vite/bin/vite.js')
    const { code, output } = await run(node, [vite, 'build', '--logLevel', 'warn'], { cwd: folder })
    if (code !== 0) throw new BootstrapError('the web console could not be built; --engine-only starts without it.', output)
    writeStamp('web', hash)
  })
}
