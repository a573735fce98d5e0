import { faults, parseLogLevel } from '@signalbox/contract'
import { ControlFault } from '../../control/control-fault.ts'
import type { WorkerPool } from '../../control/worker-pool.ts'
import { rpcMethod, type RpcMethod } from '../rpc-method.ts'

/** The log level of the control thread; -3 to 4. */
export interface LogLevelSetting {
  level: number
}

export function logLevel(setting: LogLevelSetting, pool: WorkerPool): RpcMethod {
  return rpcMethod('log_level', async ([wanted]) => {
    if (wanted === undefined) return { 'Log level': setting.level }
    const level = typeof wanted === 'number' || typeof wanted === 'string' ? parseLogLevel(wanted) : null
    if (level === null) throw new ControlFault(faults.unknownLogLevel)
    await pool.callAll('log_level', [level])
    setting.level = level
    return { 'New global log level': level }
  })
}
