import type { MethodList, RpcResult } from '@signalbox/contract'
import { serverPath } from '../path-builder.ts'
import type { Backend } from './backend.ts'
import { ApiError, errorFrom, socketRefused, unreachable } from './errors.ts'

export interface Client {
  readonly methods: () => Promise<MethodList>
  readonly call: (method: string, params: readonly unknown[]) => Promise<unknown>
  /** Why a socket was refused. A call tells: the server asks sockets and calls, but not reads, which page they come from. */
  readonly probe: () => Promise<ApiError>
}

/** Whoever answers so has let the call pass. */
const OF_THE_ENGINE: ReadonlySet<ApiError['code']> = new Set(['ENGINE_DOWN', 'ENGINE_TIMEOUT', 'RPC_FAULT', 'METHOD_NOT_FOUND'])

/** HTTP side of the server; every failure is an ApiError. */
export function createClient(backend: Backend, token: () => string | null): Client {
  const request = async (path: string, init: RequestInit = {}): Promise<unknown> => {
    const headers = new Headers(init.headers)
    const secret = token()
    if (secret !== null) headers.set('authorization', `Bearer ${secret}`)
    const response = await backend.fetch(path, { ...init, headers }).catch(() => {
      throw unreachable()
    })
    const body: unknown = await response.json().catch(() => null)
    if (!response.ok) throw errorFrom(response.status, body)
    return body
  }
  const call = async (method: string, params: readonly unknown[]): Promise<unknown> => {
    const init = {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ params }),
    }
    return ((await request(serverPath.rpc(method), init)) as RpcResult).result
  }
  return {
    methods: () => request(serverPath.methods()) as Promise<MethodList>,
    call,
    probe: async () => {
      try {
        await call('core.version', [])
      } catch (error) {
        if (!(error instanceof ApiError)) throw error
        if (!OF_THE_ENGINE.has(error.code)) return error
      }
      return socketRefused()
    },
  }
}
