import { rpcMethod, type RpcMethod } from '../rpc-method.ts'

/** What this engine does of what Kamailio has as modules, the last loaded first as there. */
const MODULES = [
  ...['kex', 'corex', 'counters', 'cfg_rpc', 'jsonrpcs', 'xhttp_prom', 'xhttp', 'app_jsdt', 'nathelper', 'registrar', 'usrloc'],
  ...['sanity', 'siputils', 'textopsx', 'textops', 'xlog', 'maxfwd', 'rr', 'pv', 'tmx', 'sl', 'tm'],
] as const

export function coreModules(): RpcMethod {
  return rpcMethod('core.modules', () => [...MODULES])
}
