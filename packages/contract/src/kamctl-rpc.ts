import { faults, type FaultDefinition } from './error-codes.ts'
import { prettyJson } from './pretty-json.ts'

/**
 * Rules of POST /RPC (control-reference 1, 1.2, 8.3), for whoever serves it: engine or API. Kept from Kamailio because its
 * clients rely on it: an unknown method is 500, the HTTP status is the fault code, the layout, the answer to a request
 * without id. Not kept: silence on bad JSON, empty results for what is no request.
 */
export type RpcCall =
  | { readonly ok: true; readonly method: string; readonly params: readonly unknown[]; readonly id: number | string | undefined }
  | { readonly ok: false; readonly fault: FaultDefinition; readonly id: number | string | undefined }

/** What goes back over HTTP. `reason` is the reason phrase of the status line. */
export interface RpcAnswer {
  readonly status: number
  readonly reason: string
  readonly body: string
}

/** Reads one request document. Batches are refused: one document, one request. */
export function parseRpcCall(text: string): RpcCall {
  let document: unknown
  try {
    document = JSON.parse(text)
  } catch {
    return { ok: false, fault: faults.parseError, id: undefined }
  }
  if (!isRecord(document)) return { ok: false, fault: faults.invalidRequest, id: undefined }
  const id = echoedId(document['id'])
  const { method, jsonrpc, params } = document
  if (typeof jsonrpc !== 'string' || typeof method !== 'string' || method === '') return { ok: false, fault: faults.invalidRequest, id }
  if (params === undefined || params === null) return { ok: true, method, params: [], id }
  if (Array.isArray(params)) return { ok: true, method, params, id }
  // Names are ignored, their order counts (control-reference 1).
  return isRecord(params) ? { ok: true, method, params: Object.values(params), id } : { ok: false, fault: faults.invalidRequest, id }
}

export function rpcResultAnswer(result: unknown, id: number | string | undefined): RpcAnswer {
  return { status: 200, reason: 'OK', body: prettyJson({ jsonrpc: '2.0', result, id }) }
}

export function rpcFaultAnswer(fault: FaultDefinition, id: number | string | undefined): RpcAnswer {
  const { code, message } = fault.code === faults.unknownMethod.code ? faults.methodNotFound : fault
  // Codes up to 100 are no HTTP status (control-reference 1.2); neither are those above 599 for most clients' libraries.
  const status = code > 100 && code < 600 ? code : 500
  return { status, reason: reasonPhrase(message), body: prettyJson({ jsonrpc: '2.0', error: { code, message }, id }) }
}

/** A null id comes back as 0 as in Kamailio; anything that is neither number nor text as if there was none. */
function echoedId(id: unknown): number | string | undefined {
  if (id === null) return 0
  return typeof id === 'number' || typeof id === 'string' ? id : undefined
}

/** Text that may stand in a status line: visible Latin-1, one line (RFC 9112 4). */
function reasonPhrase(message: string): string {
  const phrase = message.replaceAll(/[^\t\x20-\x7e\xa0-\xff]+/g, ' ').trim()
  return phrase === '' ? 'Error' : phrase.slice(0, 200)
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
