import type { EngineInfo } from '@signalbox/contract'
import type { Clock } from '../../clock/clock.ts'
import { ctime } from '../ctime.ts'
import { rpcMethod, type RpcMethod } from '../rpc-method.ts'

const MINUTE = 60
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

export function coreRuninfo(clock: Clock, info: () => EngineInfo): RpcMethod {
  return rpcMethod('core.runinfo', () => {
    const { version, node, startedAt } = info()
    const now = clock.wall()
    const seconds = Math.max(0, Math.floor((now - startedAt) / 1000))
    const [days, hours, minutes] = [seconds / DAY, (seconds % DAY) / HOUR, (seconds % HOUR) / MINUTE].map(Math.floor)
    return {
      name: 'signalbox',
      version,
      sourceid: '',
      compiler: `node ${node}`,
      compiled: '',
      time_now: ctime(now),
      time_started: ctime(startedAt),
      uptime_secs: seconds,
      utime_days: `${days}d ${hours}h ${minutes}m ${seconds % MINUTE}s`,
    }
  })
}
