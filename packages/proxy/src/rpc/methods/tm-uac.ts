import { UAC_BLOCK_MS, UAC_WAIT_MS, type MethodName, type UacReply, type UacStatus } from '@signalbox/contract'
import { ControlFault } from '../../control/control-fault.ts'
import type { WorkerPool } from '../../control/worker-pool.ts'
import type { OperatorOutcome, OperatorRequest } from '../../tm/operator-request.ts'
import { rpcMethod, type RpcMethod } from '../rpc-method.ts'
import { parseUacAttributes, type UacAttributes, type UacMode } from '../uac-attributes.ts'
import { uacRequest } from '../uac-request.ts'

type UacName = Extract<MethodName, `tm.t_uac_${string}`>

const MODES = { start: 't_uac_start', wait: 't_uac_wait', block: 't_uac_wait_block' } as const

/** tm.t_uac_start, _wait and _wait_block with their _noack and _hex forms, and tm.t_uac_attrs (tm-reference 12). */
export function tmUac(pool: WorkerPool): readonly RpcMethod[] {
  const methods = (['start', 'wait', 'block'] as const).flatMap((mode) =>
    [false, true].flatMap((noAck) =>
      [false, true].map((hex) => {
        const name = `tm.${MODES[mode]}${noAck ? '_noack' : ''}${hex ? '_hex' : ''}` as UacName
        return rpcMethod(name, (params) => run(pool, params, { mode, noAck, hex, frTimer: 0, frInvTimer: 0 }))
      }),
    ),
  )
  const attributes = rpcMethod('tm.t_uac_attrs', ([text, ...params]) => run(pool, params, parseUacAttributes(text)))
  return [...methods, attributes]
}

async function run(
  pool: WorkerPool,
  params: readonly unknown[],
  attributes: UacAttributes,
): Promise<Record<never, never> & UacReply & UacStatus> {
  const answer = await ANSWERS[attributes.mode](pool, uacRequest(params, attributes))
  // Which of the three shapes it is follows from the name: rpcMethod wants the one that fits all names.
  return answer as Record<never, never> & UacReply & UacStatus
}

const ANSWERS: Readonly<Record<UacMode, (pool: WorkerPool, request: OperatorRequest) => Promise<object>>> = {
  start: async (pool, request) => {
    await pool.callFirst('tm.uac_start', [request])
    return {}
  },
  wait: async (pool, request): Promise<UacReply> => {
    const { status, reason, uri, nextHop, route, headers } = await outcome(pool, request, UAC_WAIT_MS)
    return [status, reason, uri, nextHop, route, headers]
  },
  block: async (pool, request): Promise<UacStatus> => {
    const { status, reason } = await outcome(pool, request, UAC_BLOCK_MS)
    return { code: status, text: reason }
  },
}

const NO_ANSWER_IN_TIME = 504

async function outcome(pool: WorkerPool, request: OperatorRequest, timeoutMs: number): Promise<OperatorOutcome> {
  try {
    return (await pool.callFirst('tm.uac_wait', [request], timeoutMs)) as OperatorOutcome
  } catch (error) {
    if (error instanceof ControlFault && error.code === NO_ANSWER_IN_TIME) throw new ControlFault({ code: 500, message: 'No response' })
    throw error
  }
}
