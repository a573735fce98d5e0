import { TRACE_DEFAULT_S, TRACE_LONGEST_S, type TraceList, type TraceKind } from '@signalbox/contract'
import type { CallTraceList } from '../../control/call-trace-list.ts'
import { ControlFault } from '../../control/control-fault.ts'
import { textParameter, wholeNumber } from '../parameters.ts'
import { rpcMethod, type RpcMethod } from '../rpc-method.ts'

const KINDS: readonly string[] = ['call-id', 'user', 'source'] satisfies readonly TraceKind[]

/** signalbox.trace.*; `oneIn`: events are recorded of one call in so many. */
export function signalboxTrace(traces: CallTraceList, oneIn: () => number): readonly RpcMethod[] {
  const list = (): TraceList => ({ oneIn: oneIn(), traces: [...traces.running] })
  return [
    rpcMethod('signalbox.trace.start', ([kind, value, seconds]) =>
      traces.start(kindOf(kind), textParameter(value, 'value'), seconds === undefined ? TRACE_DEFAULT_S : secondsOf(seconds)),
    ),
    rpcMethod('signalbox.trace.stop', async ([id]) => {
      await (id === undefined ? traces.stopAll() : traces.stop(wholeNumber(id, 'id')))
      return list()
    }),
    rpcMethod('signalbox.trace.list', list),
  ]
}

function kindOf(value: unknown): TraceKind {
  if (typeof value === 'string' && KINDS.includes(value)) return value as TraceKind
  throw new ControlFault({ code: 400, message: `Parameter kind must be ${KINDS.join(', ')}` })
}

function secondsOf(value: unknown): number {
  const seconds = wholeNumber(value, 'seconds', TRACE_LONGEST_S)
  if (seconds > 0) return seconds
  throw new ControlFault({ code: 400, message: `Parameter seconds must be a whole number from 1 to ${TRACE_LONGEST_S}` })
}
