import { Method } from '@signalbox/sip'
import { RoutedMessage } from '../../src/forward/routed-message.ts'
import type { Cell } from '../../src/tm/cell.ts'
import { cancelOneBranch, cancelTransaction, replyToTransaction, retransmitLastReply } from '../../src/tm/management.ts'
import type { TransactionApi } from '../../src/tm/transaction-api.ts'
import type { TransactionCore } from '../../src/tm/transaction-core.ts'
import type { RandomProxy } from './random-proxy.ts'
import type { RandomTraffic } from './random-traffic.ts'

const STATUSES = [180, 183, 200, 200, 302, 480, 486, 503, 603] as const
const LAST_DEED = 30_000

/** An operator, and scripts about other messages, who now and then do something to whatever transaction there is. */
export function operateNowAndThen(traffic: RandomTraffic, one: RandomProxy): void {
  const { dice, world } = traffic
  for (let deeds = Math.floor(dice() * 12); deeds > 0; deeds--)
    world.after(dice() * LAST_DEED, () => {
      const { core } = one.proxy.engine.transactions
      const cells = [...core.table.cells()]
      if (cells.length === 0) return
      const cell = cells[Math.floor(dice() * cells.length)]
      if (dice() < 0.6) one.proxy.act(() => operate(core, cell, dice))
      // A script may run in any thread.
      else one.anyThread().act(({ transactions }) => callFromAfar(transactions, cell, traffic))
    })
}

function aStatus(dice: () => number): number {
  return STATUSES[Math.floor(dice() * STATUSES.length)]
}

function operate(core: TransactionCore, cell: Cell, dice: () => number): void {
  const { index, label, cseq } = cell
  const name = { index, label }
  const reply = { status: aStatus(dice), reason: '', headers: '', toTag: '', body: '', contentType: '' }
  const deeds = [
    () => cancelTransaction(core, callIdOf(cell), cseq),
    () => cancelOneBranch(core, name, Math.floor(dice() * 4)),
    () => replyToTransaction(core, name, reply),
    () => retransmitLastReply(core, name),
  ]
  deeds[Math.floor(dice() * deeds.length)]()
}

function callFromAfar(transactions: TransactionApi, cell: Cell, traffic: RandomTraffic): void {
  const { dice } = traffic
  const { index, label, cseq } = cell
  const callId = callIdOf(cell)
  const status = aStatus(dice)
  const deeds = [
    () => transactions.cancelCallId(callId, cseq, { flag: 3, status }),
    () => transactions.replyCallId(callId, cseq, { status, reason: 'From afar' }),
    () => transactions.appendBranches(another(traffic), index, label),
    () => transactions.acknowledgeLocal(callId, cseq, { headers: '', body: '' }),
  ]
  deeds[Math.floor(dice() * deeds.length)]()
}

function callIdOf({ request, callIdAt, callIdEnd }: Cell): string {
  return request === null ? '' : Buffer.from(request.bytes.subarray(callIdAt, callIdEnd)).toString('latin1')
}

/** The request at hand of whoever adds its targets to another transaction. */
function another(traffic: RandomTraffic): RoutedMessage {
  const m = new RoutedMessage()
  m.message.method = Method.INVITE
  m.requestUri = traffic.anyPhone()
  return m
}
