import type { Socket } from 'node:net'
import { Duplex } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { Dispatcher } from './dispatcher.ts'
import { RpcConnection } from './rpc-connection.ts'

/** A stream that notes what each write hands to the system. */
function recordingStream(): { readonly stream: Duplex; readonly writes: string[] } {
  const writes: string[] = []
  const stream = new Duplex({
    decodeStrings: false,
    read: () => undefined,
    write(chunk: string, _encoding, done) {
      writes.push(chunk)
      done()
    },
    writev(chunks, done) {
      writes.push(chunks.map(({ chunk }) => String(chunk)).join(''))
      done()
    },
  })
  return { stream, writes }
}

describe('RpcConnection', () => {
  it('hands over in one write what is said in one go, so that the peer wakes once', async () => {
    const { stream, writes } = recordingStream()
    const connection = new RpcConnection(stream as Socket, new Dispatcher([], () => undefined))
    for (const n of [1, 2, 3]) connection.send(`{"n":${n}}`)
    expect(writes).toEqual([])
    await Promise.resolve()
    connection.send('{"n":4}')
    await new Promise((resolve) => void setImmediate(resolve))
    connection.send('{"n":5}')
    await new Promise((resolve) => void setImmediate(resolve))
    expect(writes.at(0)).toMatch(/^{"n":1}\n{"n":2}\n{"n":3}\n/)
    expect(writes.join('')).toBe('{"n":1}\n{"n":2}\n{"n":3}\n{"n":4}\n{"n":5}\n')
    expect(writes.length).toBeLessThan(4)
  })
})
