import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { describe, expect, it } from 'vitest'

import { repositoryRoot } from '../harness/start-signalbox.ts'
import { acceptedDifference, acceptedDifferences } from './accepted-differences.ts'
import { differencesDocument } from './differences-document.ts'
import { rpcCalls } from './rpc-calls.ts'
import { scenarios } from './scenarios/all.ts'
import { forkPairs } from './scenarios/forks.ts'

const file = join(repositoryRoot, 'docs/differences.md')

describe('docs/differences.md', () => {
  it('says what the scenarios declare', async () => {
    const wanted = differencesDocument(scenarios, forkPairs, rpcCalls)
    if (process.env['UPDATE_DIFFERENCES'] === '1') await writeFile(file, wanted)
    expect(await readFile(file, 'utf8')).toBe(wanted)
  })

  it('every accepted difference is one that a scenario shows', () => {
    const shown = new Set([...scenarios, ...rpcCalls].flatMap(({ differences = [] }) => differences))
    for (const id of shown) acceptedDifference(id)
    expect(acceptedDifferences.filter(({ id }) => !shown.has(id)).map(({ id }) => id)).toEqual([])
  })

  it('scenarios have names of their own', () => {
    const names = [...scenarios, ...forkPairs, ...rpcCalls].map(({ id }) => id)
    expect(new Set(names).size).toBe(names.length)
  })
})
