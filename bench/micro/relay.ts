import { writeForwardedRequest } from '@signalbox/proxy/internal/forward/forward-request.ts'
import { countMaxForwards } from '@signalbox/proxy/internal/forward/max-forwards.ts'
import { recordRoute } from '@signalbox/proxy/internal/forward/record-route.ts'
import { RoutedMessage } from '@signalbox/proxy/internal/forward/routed-message.ts'
import { ByteWriter, parseMessage } from '@signalbox/sip'
import { BenchEngine } from './bench-engine.ts'
import { measure } from './measure.ts'
import { invite } from './messages.ts'

/** The forwarded INVITE, from bytes to bytes: parse, Max-Forwards, Record-Route, Via. */

const world = new BenchEngine()
const { caller } = world
const m = new RoutedMessage()
const out = new ByteWriter(65_536)
const branch = new ByteWriter(64)
const { bytes, start, end } = world.slot(invite)
branch.ascii('z9hG4bK0.000000000000000000123456712345678.0')

measure('relay INVITE', () => {
  m.reset(caller)
  parseMessage(m.message, bytes, start, end, 'datagram')
  countMaxForwards(m, 70)
  recordRoute(m)
  out.at = 0
  writeForwardedRequest(out, m, caller.listener, branch)
})
