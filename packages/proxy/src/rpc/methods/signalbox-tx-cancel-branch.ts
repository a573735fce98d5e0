import type { BranchCancelled } from '@signalbox/contract'
import type { WorkerPool } from '../../control/worker-pool.ts'
import { wholeNumber } from '../parameters.ts'
import { rpcMethod, type RpcMethod } from '../rpc-method.ts'
import { transactionCommand } from '../transaction-command.ts'
import { nameByNumbers } from '../transaction-name.ts'

const LAST_BRANCH = 31

export function signalboxTxCancelBranch(pool: WorkerPool): RpcMethod {
  return rpcMethod('signalbox.tx.cancel_branch', async ([index, label, branch]) => {
    const params = [nameByNumbers(index, label), wholeNumber(branch, 'branch', LAST_BRANCH)]
    return (await transactionCommand(pool, 'tm.cancel_branch', params, { notFound: 404, conflict: 409 })) as BranchCancelled
  })
}
