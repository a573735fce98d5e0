import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { plantedFaults } from '../scripts/planted-faults.ts'

describe('planted faults', () => {
  it.each(plantedFaults)('$name: its place is still there', ({ file, find }) => {
    const source = readFileSync(new URL(`../packages/proxy/src/${file}`, import.meta.url), 'utf8')
    expect(source.split(find)).toHaveLength(2)
  })
})
