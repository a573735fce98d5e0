import { TimerWheel } from '@signalbox/proxy/internal/clock/timer-wheel.ts'
import { measure } from './measure.ts'

/** The timers of one transaction: four armed, three cancelled, one fires after 5 s; 20,000 transactions a second. */

const OWNERS = 131_072
let fired = 0
const owner = { onTimer: () => void fired++ }
const wheel = new TimerWheel(0)
const timers = Array.from({ length: OWNERS }, () => [0, 1, 2, 3].map((kind) => wheel.register(owner, kind)))
let now = 0
let next = 0

measure('timers of a transaction', () => {
  const [retransmit, timeout, acknowledge, wait] = timers[next++ & (OWNERS - 1)]
  now += 0.05
  wheel.advance(now)
  wheel.arm(retransmit, now + 500)
  wheel.arm(timeout, now + 30_000)
  wheel.arm(acknowledge, now + 120_000)
  wheel.cancel(retransmit)
  wheel.cancel(timeout)
  wheel.cancel(acknowledge)
  wheel.arm(wait, now + 5000)
})
if (fired === 0) throw new Error('no timer fired')
