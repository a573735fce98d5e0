#!/usr/bin/env node
// The tasks of package.json (test, check, format, build, docs, simulate, native): the same bootstrap as a start, then scripts/<task>.ts.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { bootstrap } from './bootstrap/bootstrap.mjs'
import { handOver } from './bootstrap/hand-over.mjs'
import { root } from './bootstrap/paths.mjs'
import { BootstrapError, tell } from './bootstrap/tell.mjs'

const WITH_CONSOLE = ['test', 'build']

async function main([task = '', ...args]) {
  const script = join(root, 'scripts', `${task}.ts`)
  if (!/^[a-z]+$/.test(task) || !existsSync(script)) throw new BootstrapError(`there is no task '${task}'; npm run lists them`)
  const node = await bootstrap({ web: WITH_CONSOLE.includes(task) })
  handOver(node, script, args)
}

main(process.argv.slice(2)).catch(tell)
