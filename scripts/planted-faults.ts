import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'

/** A mistake that somebody could make in the engine, as a change of its text; the simulation has to notice it. */
export interface PlantedFault {
  readonly name: string
  /** Below packages/proxy/src. */
  readonly file: string
  /** Stands there once. */
  readonly find: string
  readonly replace: string
}

export const plantedFaults: readonly PlantedFault[] = [
  {
    name: 'a relay whose branches have all failed at once decides nothing',
    file: 'tm/relay.ts',
    find: 'if (!nested && !copied && !cell.awaitsReply() && cell.status < 200) failTransaction(tm, cell)',
    replace: '',
  },
  {
    name: 'who answered too late is not told so',
    file: 'tm/replies.ts',
    find: '  cancelLosers(tm, cell, localReason(tm, status))',
    replace: '',
  },
  {
    name: 'a 6xx cancels nobody',
    file: 'tm/replies.ts',
    find: 'if (global) cancelPending(tm, cell, localReason(tm, branch.status), (open) => giveUp(tm, open))',
    replace: '',
  },
  {
    name: 'transactions end with open branches',
    file: 'tm/wait.ts',
    find: ' || cell.hasPendingBranch()',
    replace: '',
  },
  {
    name: 'the bytes of CANCELs are kept for ever',
    file: 'tm/wait.ts',
    find: 'branch.cancel = giveBack(tm, branch.cancel)',
    replace: 'branch.cancel = null',
  },
  {
    name: 'a transaction waits twice',
    file: 'tm/wait.ts',
    find: 'if (cell.has(TransactionFlag.WAITING)) return',
    replace: '',
  },
  {
    name: 'negative replies are not acknowledged when they come again',
    file: 'tm/invite-client.ts',
    find: "failure: [['acknowledge', 'absorb'], 'completed'],",
    replace: "failure: [['absorb'], 'completed'],",
  },
  {
    name: 'a route that held a reply never lets it go',
    file: 'tm/replies.ts',
    find: '  branch.held = null\n  if (held.message.isRequest) {',
    replace: '  if (held.message.isRequest) {',
  },
  {
    name: 'the branch that stands for a wait stays open after it',
    file: 'tm/suspend.ts',
    find: '    blind.status = 500\n',
    replace: '',
  },
  {
    name: 'negative replies are not repeated',
    file: 'tm/uas.ts',
    find: '  armReplyRetransmission(tm, cell, now)\n}\n\nfunction armReplyRetransmission',
    replace: '}\n\nfunction armReplyRetransmission',
  },
  {
    name: 'requests are repeated over streams',
    file: 'tm/uac.ts',
    find: 'if (branch.destination !== null && isReliable(branch.destination.transport)) return',
    replace: '',
  },
  {
    name: 'an address that comes late is used by whoever has the cell now',
    file: 'tm/uac.ts',
    find: 'if (cell.label !== label || !branch.pending',
    replace: 'if (!branch.pending',
  },
  {
    name: 'timers outlast the life of their transaction',
    file: 'tm/uac.ts',
    find: 'Math.max(1, Math.min(wait, cell.endOfLife - now))',
    replace: 'Math.max(1, wait * 3)',
  },
  {
    name: 'new branches after the CANCEL',
    file: 'tm/relay.ts',
    find: 'if (cell.has(TransactionFlag.CANCELLED)) {',
    replace: 'if (cell.label === 0) {',
  },
  {
    name: 'a 2xx that cannot go upstream is left at that',
    file: 'tm/replies.ts',
    find: 'if (first) refuseSuccess(tm, branch)',
    replace: '',
  },
  {
    name: 'whatever is not an INVITE is cancelled, too',
    file: 'tm/management.ts',
    find: '  if (!cell.isInvite) return\n',
    replace: '',
  },
  {
    name: 'the reply of an operator leaves phones ringing',
    file: 'tm/management.ts',
    find: 'if (final) cancelPending(tm, cell, localReason(tm, reply.status), (branch) => giveUp(tm, branch))',
    replace: '',
  },
  {
    name: 'requests of clients before RFC 3261 are never the same',
    file: 'tm/matching.ts',
    find: 'return cell.branchAt < 0 && sameOldTransaction(tm, cell, message)',
    replace: 'return false',
  },
  {
    name: 'the transaction of a copy does not end',
    file: 'tm/replies.ts',
    find: 'if (cell.has(TransactionFlag.REPLICATED) && !cell.has(TransactionFlag.IN_ROUTE) && !cell.hasPendingBranch()) putOnWait(tm, cell)',
    replace: '',
  },
  {
    name: 'what a script has released does not end',
    file: 'tm/transaction-layer.ts',
    find: '    endServer(this.#tm, cell)\n    putOnWait(this.#tm, cell)',
    replace: '    endServer(this.#tm, cell)',
  },
]

/** In the message of a fault whose place has changed. */
export const NOT_PLANTED = 'the fault cannot be planted'

/** Longest time that the simulation may look for one fault, in ms. */
const PATIENCE = 120_000

/**
 * Plants one fault after the other, `processes` at once, and simulates `worlds` worlds each, or fewer when it is noticed earlier.
 * Returns those that were not.
 */
export async function unnoticedFaults(worlds: number, processes = availableParallelism()): Promise<readonly string[]> {
  const missed = new Set<string>()
  const open = plantedFaults.entries()
  const work = async (): Promise<void> => {
    for (const [i, { name }] of open) {
      const begun = performance.now()
      const noticed = await notices(i, worlds)
      const seconds = ((performance.now() - begun) / 1000).toFixed(1)
      console.log(`${noticed ? 'noticed' : 'MISSED '}  ${seconds.padStart(5)} s  ${name}`)
      if (!noticed) missed.add(name)
    }
  }
  await Promise.all(Array.from({ length: processes }, work))
  return plantedFaults.map(({ name }) => name).filter((name) => missed.has(name))
}

async function notices(fault: number, worlds: number): Promise<boolean> {
  const plant = join(import.meta.dirname, 'plant-fault.ts')
  const simulate = join(import.meta.dirname, 'simulate.ts')
  const args = ['--import', plant, simulate, '--worlds', String(worlds), '--failures', '1', '--processes', '1']
  const env = { ...process.env, PLANTED_FAULT: String(fault) }
  const stderr: string[] = []
  const child = spawn(process.execPath, args, { env, timeout: PATIENCE, stdio: ['ignore', 'ignore', 'pipe'] })
  child.stderr.setEncoding('utf8').on('data', (text: string) => stderr.push(text))
  const [status] = await once(child, 'close')
  if (stderr.join('').includes(NOT_PLANTED)) throw new Error(stderr.join(''))
  // A crash and a simulation that does not end are noticed, too.
  return status !== 0
}
