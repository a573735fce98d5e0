import { BenchEngine } from './bench-engine.ts'
import { measure } from './measure.ts'

/*
 * A REGISTER that refreshes a binding and its 200, through engine and script, without sockets and without a disk: 2,000 users, each
 * REGISTER with a Call-ID of its own, as sipp sends them.
 */

const USERS = 2000
const CALL_IDS = 8
const MS_PER_REGISTER = 0.5

const world = new BenchEngine()
const encoder = new TextEncoder()

const messages = Array.from({ length: USERS * CALL_IDS }, (_, i) => {
  const user = `user${i % USERS}`
  return encoder.encode(
    [
      'REGISTER sip:example.com SIP/2.0',
      `Via: SIP/2.0/UDP 127.0.0.1:5061;branch=z9hG4bK-4711-${i}-0`,
      `From: <sip:${user}@example.com>;tag=4711a${i}`,
      `To: <sip:${user}@example.com>`,
      `Call-ID: ${i}-4711@127.0.0.1`,
      'CSeq: 1 REGISTER',
      `Contact: <sip:${user}@127.0.0.1:5061;transport=UDP>`,
      'Max-Forwards: 70',
      'User-Agent: sipp',
      'Expires: 3600',
      'Content-Length: 0',
      '',
      '',
    ].join('\r\n'),
  )
})

let next = 0

measure('register', () => {
  world.pass(MS_PER_REGISTER)
  world.receiveCopy(messages[next++ % messages.length], world.caller)
  world.flush(1)
})
const status = new TextDecoder().decode(world.sent.subarray(0, 11))
if (status !== 'SIP/2.0 200') throw new Error(status)
