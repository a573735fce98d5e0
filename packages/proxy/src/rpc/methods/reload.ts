import type { ReloadResult } from '@signalbox/contract'
import type { ScriptStatus } from '../../control/worker-messages.ts'
import type { WorkerPool } from '../../control/worker-pool.ts'
import type { ScriptSource } from '../../script/script-loader.ts'
import { rpcMethod, type RpcMethod } from '../rpc-method.ts'

/** A script may do work when it loads. */
const TIMEOUT_MS = 30_000

export interface ReloadedScript {
  /** The script as it is now. Throws a ControlFault when it cannot be read. */
  source(): ScriptSource
  /** Hears what serves from now on. */
  loaded(script: ScriptStatus): void
}

/** All SIP threads change to the new script, or none does. A refusal is a SIP thread's: 500 FILE:LINE: REASON. */
export function reload(pool: WorkerPool, script: ReloadedScript): RpcMethod {
  let last: Promise<unknown> = Promise.resolve()
  return rpcMethod('reload', () => {
    // One after the other: what one has prepared, the other must not commit.
    const result = last.then(() => reloadAll(pool, script))
    last = result.catch(() => undefined)
    return result
  })
}

async function reloadAll(pool: WorkerPool, script: ReloadedScript): Promise<ReloadResult> {
  try {
    await pool.callAll('reload.prepare', [script.source()], TIMEOUT_MS)
  } catch (error) {
    await pool.callAll('reload.drop').catch(() => undefined)
    throw error
  }
  const [result] = (await pool.callAll('reload.commit', [], TIMEOUT_MS)) as readonly ReloadResult[]
  script.loaded({ file: result.script, version: result.version, loadedAt: result.loaded_at })
  return result
}
