import type { WorkerPool } from '../../control/worker-pool.ts'
import type { OperatorReply } from '../../tm/operator-reply.ts'
import { wholeNumber } from '../parameters.ts'
import { rpcMethod, type RpcMethod } from '../rpc-method.ts'
import { transactionCommand } from '../transaction-command.ts'
import { nameByNumbers, textOrNone } from '../transaction-name.ts'

/** Final replies only: that is what "force" means. */
export function signalboxTxReply(pool: WorkerPool): RpcMethod {
  return rpcMethod('signalbox.tx.reply', async ([index, label, code, reason]) => {
    const status = wholeNumber(code, 'code', 699, 200)
    const reply: OperatorReply = { status, reason: textOrNone(reason, 'reason'), toTag: '', headers: '', body: '' }
    await transactionCommand(pool, 'tm.reply', [nameByNumbers(index, label), reply], { notFound: 404, conflict: 409 })
    return {}
  })
}
