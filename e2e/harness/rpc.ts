/** Fault of the other side: code and message of the JSON-RPC error object. */
export class RpcFault extends Error {
  readonly code: number

  constructor(code: number, message: string) {
    super(message)
    this.code = code
  }
}

interface Answer {
  readonly result?: unknown
  readonly error?: { readonly code: number; readonly message: string }
}

export type Rpc = (method: string, ...params: readonly unknown[]) => Promise<unknown>

let id = 0

/** Calls by POST, as kamctl and curl do. */
export function rpcOver(url: string): Rpc {
  return async (method, ...params) => {
    id += 1
    const body = JSON.stringify({ jsonrpc: '2.0', method, id, ...(params.length === 0 ? {} : { params }) })
    const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
    const answer = (await response.json()) as Answer
    if (answer.error !== undefined) throw new RpcFault(answer.error.code, answer.error.message)
    return answer.result
  }
}

/** Result of tm.stats (tm-reference 11). */
export type TmStats = Readonly<
  Record<
    | 'current'
    | 'waiting'
    | 'total'
    | 'total_local'
    | 'rpl_received'
    | 'rpl_generated'
    | 'rpl_sent'
    | '6xx'
    | '5xx'
    | '4xx'
    | '3xx'
    | '2xx'
    | 'created'
    | 'freed'
    | 'delayed_free',
    number
  >
>

export async function tmStats(rpc: Rpc): Promise<TmStats> {
  return (await rpc('tm.stats')) as TmStats
}
