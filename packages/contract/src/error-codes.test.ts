import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { errorCatalogue, type ErrorDefinition } from './error-codes.ts'

const docs = readFileSync(new URL('../docs/error-codes.md', import.meta.url), 'utf8')
const documented = new Map([...docs.matchAll(/^\| `([A-Z_]+)` \| (\d{3}) \|/gm)].map((row) => [row[1], Number(row[2])]))
const catalogue: readonly (readonly [string, ErrorDefinition])[] = Object.entries(errorCatalogue)

describe('error catalogue', () => {
  it('MUST be documented code by code with the same status', () => {
    expect(Object.fromEntries(documented)).toEqual(Object.fromEntries(catalogue.map(([code, { status }]) => [code, status])))
  })

  it.each(catalogue)('%s MUST say what to do in one sentence', (_code, { status, message }) => {
    expect(status).toBeGreaterThanOrEqual(400)
    expect(message).toMatch(/^[A-Z][^\n]*: [^\n]*$/)
    expect(message).not.toMatch(/\.$/)
  })
})
