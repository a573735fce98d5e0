import type { EngineEvent } from '@signalbox/contract'
import type { EventLog } from '../../control/event-log.ts'
import type { DecodeEvent } from '../../control/live-transactions.ts'
import { wholeNumber } from '../parameters.ts'
import { rpcMethod, type RpcMethod } from '../rpc-method.ts'

const DEFAULT_LIMIT = 1000
const MOST = 10_000

export function signalboxEventsHistory(log: EventLog, decode: DecodeEvent): RpcMethod {
  return rpcMethod('signalbox.events.history', ([since = 0, limit = DEFAULT_LIMIT]) => {
    const after = wholeNumber(since, 'since')
    const events: EngineEvent[] = []
    log.visit(Math.max(after + 1, log.seqFromEnd(wholeNumber(limit, 'limit', MOST))), (event) => void events.push(decode(event)))
    return { events, oldest: log.events === 0 ? 0 : log.oldest, newest: log.newest, lost: log.lost }
  })
}
