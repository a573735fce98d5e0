import { describe, expect, it } from 'vitest'
import { createClient } from './client.ts'

interface Asked {
  readonly path: string
  readonly method: string | undefined
}

/** A client whose server answers everything with this. */
function clientOf(answer: () => Promise<Response>) {
  const asked: Asked[] = []
  const backend = {
    fetch: (path: string, init?: RequestInit) => {
      asked.push({ path, method: init?.method })
      return answer()
    },
    open: (): never => {
      throw new Error('no socket here')
    },
  }
  return { client: createClient(backend, () => null), asked }
}

const json = (status: number, body: unknown) => () => Promise.resolve(new Response(JSON.stringify(body), { status }))
const refusal = (status: number, code: string) => json(status, { error: { code, message: code } })

describe('probe', () => {
  it('is a call: a read has no Origin header, so the server would let it pass', async () => {
    const { client, asked } = clientOf(json(200, { result: 'signalbox' }))
    await client.probe()
    expect(asked).toEqual([{ path: '/api/v1/rpc/core.version', method: 'POST' }])
  })

  it.each([
    ['a foreign page', refusal(403, 'ORIGIN_REFUSED'), 'ORIGIN_REFUSED'],
    ['a host name that is not served', refusal(403, 'HOST_REFUSED'), 'HOST_REFUSED'],
    ['a missing token', refusal(401, 'TOKEN_REQUIRED'), 'TOKEN_REQUIRED'],
    ['a proxy in front that reaches nobody', json(502, null), 'UNREADABLE'],
    ['a server that is away', () => Promise.reject(new TypeError('Failed to fetch')), 'UNREACHABLE'],
    ['calls that pass where the socket does not', json(200, { result: 'signalbox' }), 'SOCKET_REFUSED'],
    ['the engine down, which keeps no socket away', refusal(503, 'ENGINE_DOWN'), 'SOCKET_REFUSED'],
  ])('tells %s', async (_what, answer, code) => {
    expect(await clientOf(answer).client.probe()).toMatchObject({ code })
  })
})
