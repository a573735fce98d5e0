import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { runtimeFolder } from './paths.mjs'
import { run } from './run.mjs'
import { BootstrapError } from './tell.mjs'

const QUIET = ['--no-audit', '--no-fund', '--no-update-notifier', '--no-package-lock', '--loglevel=error']

/** The folder of a package in .runtime/; null when that version is not there. */
export function installedPackage(name, version) {
  const folder = join(runtimeFolder, name, 'node_modules', name)
  try {
    return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).version === version ? folder : null
  } catch {
    return null
  }
}

/** Installs one package into a folder of its own in .runtime/, from whatever registry npm is set to. No install script runs. */
export async function installPackage(name, version) {
  const folder = join(runtimeFolder, name)
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n')
  // Not --prefix: that would also move npm's global configuration file, with the registry and certificates of this machine.
  const result = await npm(['install', '--ignore-scripts', '--no-save', ...QUIET, `${name}@${version}`], folder)
  const installed = installedPackage(name, version)
  if (result.code !== 0 || installed === null) {
    throw new BootstrapError(
      `npm could not install ${name}@${version}; is the npm registry within reach (npm ping)? Then start again.`,
      result.output,
    )
  }
  return installed
}

/** Runs npm: the one on PATH, else the one beside the running node. */
export async function npm(args, cwd) {
  const result = await run('npm', args, { cwd })
  if (result.code !== 127) return result
  return run(join(dirname(process.execPath), 'npm'), args, { cwd })
}
