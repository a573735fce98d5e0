import { Method } from '@signalbox/sip'
import type { Engine } from '../../src/engine.ts'
import { RoutedMessage } from '../../src/forward/routed-message.ts'
import type { Cell } from '../../src/tm/cell.ts'
import { cancelOneBranch, cancelTransaction, replyToTransaction, retransmitLastReply } from '../../src/tm/management.ts'
import type { RandomTraffic } from './random-traffic.ts'
import type { SimulatedProxy } from './simulated-proxy.ts'

const STATUSES = [180, 183, 200, 200, 302, 480, 486, 503, 603] as const
const LAST_DEED = 30_000

/** An operator, and scripts about other messages, who now and then do something to whatever transaction there is. */
export function operateNowAndThen(traffic: RandomTraffic, proxy: SimulatedProxy): void {
  const { dice, world } = traffic
  for (let deeds = Math.floor(dice() * 12); deeds > 0; deeds--)
    world.after(dice() * LAST_DEED, () => {
      const cells = [...proxy.engine.transactions.core.table.cells()]
      if (cells.length === 0) return
      const cell = cells[Math.floor(dice() * cells.length)]
      proxy.act((engine) => operate(engine, cell, traffic))
    })
}

function operate({ transactions }: Engine, cell: Cell, traffic: RandomTraffic): void {
  const { dice } = traffic
  const { core } = transactions
  const { index, label, cseq } = cell
  const name = { index, label }
  const callId = callIdOf(cell)
  const status = STATUSES[Math.floor(dice() * STATUSES.length)]
  const reply = { status, reason: '', headers: '', toTag: '', body: '', contentType: '' }
  const deeds: readonly (() => unknown)[] = [
    () => cancelTransaction(core, callId, cseq),
    () => cancelOneBranch(core, name, Math.floor(dice() * 4)),
    () => replyToTransaction(core, name, reply),
    () => retransmitLastReply(core, name),
    () => transactions.cancelCallId(callId, cseq, { flag: 3, status }),
    () => transactions.replyCallId(callId, cseq, { status, reason: '' }),
    () => transactions.appendBranches(another(traffic), index, label),
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
