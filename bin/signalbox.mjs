#!/usr/bin/env node
// Plain JavaScript for Node 20 and later: what is needed to run the rest is made sure of here.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { bootstrap } from './bootstrap/bootstrap.mjs'
import { handOver } from './bootstrap/hand-over.mjs'
import { root } from './bootstrap/paths.mjs'
import { tell } from './bootstrap/tell.mjs'

const WITHOUT_CONSOLE = ['--engine-only', '--help', '-h']

async function main(args) {
  // A question for the version installs nothing.
  if (args.length === 1 && args[0] === '--version') {
    console.log(`signalbox ${JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version}`)
    return
  }
  const node = await bootstrap({ web: !args.some((arg) => WITHOUT_CONSOLE.includes(arg)) })
  handOver(node, join(root, 'apps/signalbox/src/main.ts'), args)
}

main(process.argv.slice(2)).catch(tell)
