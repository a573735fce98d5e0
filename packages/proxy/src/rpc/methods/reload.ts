import type { ReloadResult } from '@signalbox/contract'
import type { ScriptStatus } from '../../control/worker-messages.ts'
import type { WorkerPool } from '../../control/worker-pool.ts'
import { rpcMethod, type RpcMethod } from '../rpc-method.ts'

/** A script may do work when it loads. */
const TIMEOUT_MS = 30_000

/** `onLoaded` hears what serves now. A refusal is the SIP thread's: 500 FILE:LINE: REASON. */
export function reload(pool: WorkerPool, onLoaded: (script: ScriptStatus) => void): RpcMethod {
  return rpcMethod('reload', async () => {
    const [result] = (await pool.callAll('reload', [], TIMEOUT_MS)) as readonly ReloadResult[]
    onLoaded({ file: result.script, version: result.version, loadedAt: result.loaded_at })
    return result
  })
}
