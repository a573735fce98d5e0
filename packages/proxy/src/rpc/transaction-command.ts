import { ControlFault } from '../control/control-fault.ts'
import type { WorkerPool } from '../control/worker-pool.ts'

/** What a SIP thread answers when the transaction's state does not allow it. */
const CONFLICT = 409

/** How a family of methods words its faults. */
export interface CommandFaults {
  /** Code when no thread has the transaction. */
  readonly notFound: number
  /** Its text, `Transaction not found` unless given. */
  readonly notFoundText?: string
  /** Code when the transaction's state does not allow it. */
  readonly conflict: number
}

/** A command to the SIP thread that has the transaction. */
export async function transactionCommand(
  pool: WorkerPool,
  method: string,
  params: readonly unknown[],
  faults: CommandFaults,
): Promise<unknown> {
  try {
    const answer = await pool.callOwner(method, params)
    if (answer !== null) return answer
  } catch (error) {
    if (error instanceof ControlFault && error.code === CONFLICT) throw new ControlFault({ code: faults.conflict, message: error.message })
    throw error
  }
  throw new ControlFault({ code: faults.notFound, message: faults.notFoundText ?? 'Transaction not found' })
}
