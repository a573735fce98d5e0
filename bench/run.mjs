#!/usr/bin/env node
// npm run bench: the same bootstrap as a start, then main.ts.
import { fileURLToPath } from 'node:url'
import { bootstrap } from '../bin/bootstrap/bootstrap.mjs'
import { handOver } from '../bin/bootstrap/hand-over.mjs'
import { tell } from '../bin/bootstrap/tell.mjs'

async function main(args) {
  const node = await bootstrap({ web: false })
  handOver(node, fileURLToPath(new URL('main.ts', import.meta.url)), args)
}

main(process.argv.slice(2)).catch(tell)
