import { faults, parseLogLevel } from '@signalbox/contract'
import { ControlFault } from '../../control/control-fault.ts'
import type { EngineLogLevel } from '../../control/log-level-setting.ts'
import { rpcMethod, type RpcMethod } from '../rpc-method.ts'

export function logLevel(log: EngineLogLevel): RpcMethod {
  return rpcMethod('log_level', async ([wanted]) => {
    if (wanted === undefined) return { 'Log level': log.level }
    const level = typeof wanted === 'number' || typeof wanted === 'string' ? parseLogLevel(wanted) : null
    if (level === null) throw new ControlFault(faults.unknownLogLevel)
    await log.set(level)
    return { 'New global log level': level }
  })
}
