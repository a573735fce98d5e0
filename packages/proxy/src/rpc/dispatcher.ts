import { faults, findMethod, type FaultDefinition } from '@signalbox/contract'
import { createJSONRPCErrorResponse, JSONRPCServer, type JSONRPCRequest, type JSONRPCResponse } from 'json-rpc-2.0'
import { ControlFault } from '../control/control-fault.ts'
import type { RpcCaller, RpcMethod } from './rpc-method.ts'

const internalFault: FaultDefinition = { code: 500, message: 'Internal error: the log of the engine says why' }

/** A request that can go to a method: `params` by position. */
type RpcOutcome = { readonly ok: true; readonly result: unknown } | { readonly ok: false; readonly fault: FaultDefinition }

/** JSON-RPC 2.0 on top of the methods. `onBug` hears of errors that are no faults. */
export class Dispatcher {
  readonly #server: JSONRPCServer<RpcCaller>
  readonly #methods: ReadonlyMap<string, RpcMethod>
  readonly #onBug: (method: string, error: unknown) => void

  constructor(methods: readonly RpcMethod[], onBug: (method: string, error: unknown) => void) {
    this.#methods = new Map(methods.map((method) => [method.name, method]))
    this.#onBug = onBug
    this.#server = new JSONRPCServer<RpcCaller>({ errorListener: () => undefined })
    this.#server.mapErrorToJSONRPCErrorResponse = (id, error: unknown) => {
      const { code, message } = error instanceof ControlFault ? error : internalFault
      return createJSONRPCErrorResponse(id, code, message)
    }
    for (const method of methods)
      this.#server.addMethod(method.name, (params: unknown, caller) => this.#call(method, paramsByPosition(method.name, params), caller))
  }

  /** One line of the unix socket. Null: nothing to answer (JSON-RPC 2.0 section 4.1). Never rejects. */
  async receive(text: string, caller: RpcCaller): Promise<JSONRPCResponse | readonly JSONRPCResponse[] | null> {
    let document: unknown
    try {
      document = JSON.parse(text)
    } catch {
      return createJSONRPCErrorResponse(null, faults.parseError.code, faults.parseError.message)
    }
    if (!Array.isArray(document) || document.length === 0) return this.#receiveOne(document, caller)
    const answers = await Promise.all(document.map((item: unknown) => this.#receiveOne(item, caller)))
    const needed = answers.filter((answer) => answer !== null)
    return needed.length === 0 ? null : needed
  }

  /** One call by name, for POST /RPC. Never rejects. */
  async call(name: string, params: readonly unknown[], caller: RpcCaller): Promise<RpcOutcome> {
    const method = this.#methods.get(name)
    if (method === undefined) return { ok: false, fault: faults.methodNotFound }
    try {
      return { ok: true, result: await this.#call(method, params, caller) }
    } catch (error) {
      return { ok: false, fault: error instanceof ControlFault ? { code: error.code, message: error.message } : internalFault }
    }
  }

  async #receiveOne(document: unknown, caller: RpcCaller): Promise<JSONRPCResponse | null> {
    if (typeof document !== 'object' || document === null)
      return createJSONRPCErrorResponse(null, faults.invalidRequest.code, faults.invalidRequest.message)
    return this.#server.receive(document as JSONRPCRequest, caller)
  }

  async #call(method: RpcMethod, params: readonly unknown[], caller: RpcCaller): Promise<unknown> {
    try {
      return await method.call(params, caller)
    } catch (error) {
      if (!(error instanceof ControlFault)) this.#onBug(method.name, error)
      throw error
    }
  }
}

function paramsByPosition(name: string, params: unknown): readonly unknown[] {
  if (params === undefined || params === null) return []
  if (Array.isArray(params)) return params
  if (typeof params !== 'object') throw new ControlFault(faults.badParams)
  const named = new Map(Object.entries(params))
  const known = findMethod(name)?.parameters.map((parameter) => parameter.name) ?? []
  const stranger = [...named.keys()].find((key) => !known.includes(key))
  if (stranger !== undefined) {
    const takes = known.length === 0 ? 'no parameters' : known.join(', ')
    throw new ControlFault({ code: faults.badParams.code, message: `${name} has no parameter ${stranger}: it takes ${takes}` })
  }
  return known.map((key) => named.get(key))
}
