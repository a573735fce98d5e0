import { BenchEngine } from './bench-engine.ts'
import { measure } from './measure.ts'
import { invite, reply, within } from './messages.ts'

/*
 * A whole call through engine and script, without sockets: 6 messages in, 7 out. The messages are made before and differ only
 * in their Call-ID; time passes as at 2,000 calls a second, so 20,000 transactions live.
 */

const MS_PER_CALL = 0.5
/** More than live at the same time. */
const CALLS = 16_384

const BRANCH_LENGTH = 64
const latin1 = new TextDecoder('latin1')
const world = new BenchEngine()

/** Messages of one call; the branch in the replies is overwritten when it is known. */
interface Call {
  readonly invite: Uint8Array
  readonly ringing: Uint8Array
  readonly answer: Uint8Array
  readonly ack: Uint8Array
  readonly bye: Uint8Array
  readonly goodbye: Uint8Array
}

const calls: readonly Call[] = Array.from({ length: CALLS }, (_, i) => {
  const id = String(100_000 + i)
  const placeholder = 'x'.repeat(BRANCH_LENGTH)
  return {
    invite: invite(id),
    ringing: reply(id, '180 Ringing', 'INVITE', placeholder),
    answer: reply(id, '200 OK', 'INVITE', placeholder),
    ack: within(id, 'ACK'),
    bye: within(id, 'BYE'),
    goodbye: reply(id, '200 OK', 'BYE', placeholder),
  }
})

const branchAt = latin1.decode(calls[0].ringing).indexOf('x'.repeat(BRANCH_LENGTH))

/** Copies the branch of what was sent last into a reply; `;` and a parameter fill the rest. */
function answerBranch(to: Uint8Array, statusLength: number): void {
  const from = world.sent
  let at = 0
  while (from[at] !== 0x0a || from[at + 1] !== 0x56) at++
  while (from[at] !== 0x3d) at++
  const target = branchAt + statusLength
  let i = 0
  for (at++; from[at] !== 0x0d; at++, i++) to[target + i] = from[at]
  to[target + i++] = 0x3b
  while (i < BRANCH_LENGTH) to[target + i++] = 0x78
}

const OK_SHORTER = '200 OK'.length - '180 Ringing'.length
let next = 0

function call(): void {
  const messages = calls[next++ & (CALLS - 1)]
  world.pass(MS_PER_CALL)
  world.receive(messages.invite, world.caller)
  answerBranch(messages.ringing, 0)
  answerBranch(messages.answer, OK_SHORTER)
  world.receive(messages.ringing, world.callee)
  world.receive(messages.answer, world.callee)
  world.receive(messages.ack, world.caller)
  world.receive(messages.bye, world.caller)
  answerBranch(messages.goodbye, OK_SHORTER)
  world.receive(messages.goodbye, world.callee)
}

for (let i = 0; i < CALLS; i++) call()
const { live } = world.engine.transactions.core.table
if (live < 10_000) throw new Error(`only ${live} transactions live: the calls do not get through`)
measure('call', call)
