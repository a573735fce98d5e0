import { BenchEngine } from './bench-engine.ts'
import { measure } from './measure.ts'
import * as texts from './messages.ts'

/*
 * A whole call through engine and script, without sockets: 6 messages in, 7 out. Time passes as at 2,000 calls a second, so
 * 20,000 transactions live.
 */

const MS_PER_CALL = 0.5
const world = new BenchEngine()
const invite = world.slot(texts.invite)
const ringing = world.slot(texts.ringing)
const answer = world.slot(texts.answer)
const ack = world.slot(texts.ack)
const bye = world.slot(texts.bye)
const goodbye = world.slot(texts.goodbye)
const messages = [invite, ringing, answer, ack, bye, goodbye]
let number = 0

function call(): void {
  number++
  for (const message of messages) message.setNumber(number)
  world.pass(MS_PER_CALL)
  world.receive(invite, world.caller)
  ringing.setBranch(world.sent, world.sentAt)
  answer.setBranch(world.sent, world.sentAt)
  world.receive(ringing, world.callee)
  world.receive(answer, world.callee)
  world.receive(ack, world.caller)
  world.receive(bye, world.caller)
  goodbye.setBranch(world.sent, world.sentAt)
  world.receive(goodbye, world.callee)
  world.flush(7)
}

measure('call', call)
world.expectLive(2 * number, MS_PER_CALL / 2)
