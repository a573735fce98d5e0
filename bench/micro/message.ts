import { BenchEngine } from './bench-engine.ts'
import { measure } from './measure.ts'
import * as texts from './messages.ts'

/** A MESSAGE and its 200 through engine and script, without sockets, as at 2,000 a second. */

const MS_PER_MESSAGE = 0.5
const world = new BenchEngine()
const request = world.slot(texts.textMessage)
const reply = world.slot(texts.received)
let number = 0

measure('message', () => {
  number++
  request.setNumber(number)
  reply.setNumber(number)
  world.pass(MS_PER_MESSAGE)
  world.receive(request, world.caller)
  reply.setBranch(world.sent, world.sentAt)
  world.receive(reply, world.callee)
  world.flush(2)
})
world.expectLive(number, MS_PER_MESSAGE)
