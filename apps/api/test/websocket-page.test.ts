import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ClientMessage, errorCatalogue, fixedTopics, ServerMessage, SOCKET_PROTOCOL } from '@signalbox/contract'
import { describe, expect, it } from 'vitest'
import { Value } from 'typebox/value'

const page = readFileSync(join(import.meta.dirname, '../../../docs/operator/websocket.md'), 'utf8')

/** The JSON lines of the section with this heading, and what its table names as `op`. */
function section(heading: string): { readonly messages: readonly { readonly op?: string }[]; readonly ops: readonly string[] } {
  const text = page.split(`## ${heading}\n`)[1]?.split('\n## ')[0] ?? ''
  const json = /```json\n([\s\S]*?)```/.exec(text)?.[1] ?? ''
  const lines = json.split('\n').filter((line) => line !== '')
  return {
    messages: lines.map((line) => JSON.parse(line) as object),
    ops: [...text.matchAll(/^\| `(?!op`)(\w+)` \|/gm)].map(([, op]) => op),
  }
}

function opsOf(schema: unknown): ReadonlySet<string> {
  return new Set([...JSON.stringify(schema).matchAll(/"op":\{"type":"string","const":"(\w+)"/g)].map(([, op]) => op))
}

describe('docs/operator/websocket.md', () => {
  it.each([
    ['What a client sends', ClientMessage],
    ['What the server sends', ServerMessage],
  ])('%s: every kind of message, in examples that fit the contract', (heading, schema) => {
    const { messages, ops } = section(heading)
    expect(opsOf(schema).size).toBeGreaterThan(2)
    expect(new Set(ops)).toEqual(opsOf(schema))
    expect(new Set(messages.map(({ op }) => op))).toEqual(opsOf(schema))
    for (const message of messages) expect([...Value.Errors(schema, message)]).toEqual([])
  })

  it('names the topics, the subprotocol and the codes that a socket gives', () => {
    for (const name of [...fixedTopics, SOCKET_PROTOCOL, 'BAD_MESSAGE', 'UNKNOWN_TOPIC', 'TOO_MANY_TOPICS', 'RPC_FAULT'])
      expect(page).toContain(`\`${name}\``)
    expect(page).toContain(errorCatalogue.UNKNOWN_TOPIC.message)
  })
})
