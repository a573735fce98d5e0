import { spawn } from 'node:child_process'

/** Set by an npm that runs a script, for itself; they would bend what an inner npm or pnpm installs, and where. */
const OF_OUTER_NPM =
  /^(npm_(package|lifecycle|command|execpath|node_execpath)|npm_config_(prefix|local_prefix|global_prefix|global|location|omit|include|production|only|workspaces?|dry_run|ignore_scripts|package_lock|save\w*|node_gyp|frozen_lockfile)$|NODE_ENV$)/i

/** The environment for tools, without what belongs to whoever called us. */
export function toolEnvironment(extra = {}) {
  const kept = Object.entries(process.env).filter(([name]) => !OF_OUTER_NPM.test(name))
  return { ...Object.fromEntries(kept), ...extra }
}

/** Runs a command to its end: exit code (127 when it could not be started) and everything it printed. */
export function run(command, args, { cwd, env = toolEnvironment() }) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
    let stdout = ''
    let output = ''
    child.stdout.on('data', (chunk) => {
      stdout += chunk
      output += chunk
    })
    child.stderr.on('data', (chunk) => {
      output += chunk
    })
    child.on('error', (error) => resolve({ code: 127, stdout, output: `${output}${error.message}\n` }))
    child.on('close', (code, signal) =>
      resolve({ code: code ?? 128, stdout, output: signal === null ? output : `${output}ended by ${signal}\n` }),
    )
  })
}
