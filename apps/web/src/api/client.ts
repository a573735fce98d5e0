import type { MethodList, RpcResult } from '@signalbox/contract'
import { serverPath } from '../path-builder.ts'
import type { Backend } from './backend.ts'
import { ApiError, errorFrom, unreachable } from './errors.ts'

export interface Client {
  readonly methods: () => Promise<MethodList>
  readonly call: (method: string, params: readonly unknown[]) => Promise<unknown>
  /** Why a socket was refused. */
  readonly probe: () => Promise<'ok' | 'unauthorized' | 'unreachable'>
}

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
  return {
    methods: () => request(serverPath.methods()) as Promise<MethodList>,
    call: async (method, params) => {
      const init = {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ params }),
      }
      return ((await request(serverPath.rpc(method), init)) as RpcResult).result
    },
    probe: async () => {
      try {
        await request(serverPath.methods())
        return 'ok'
      } catch (error) {
        if (!(error instanceof ApiError)) throw error
        if (error.status === 401) return 'unauthorized'
        return error.status === 0 ? 'unreachable' : 'ok'
      }
    },
  }
}
