import type { Scenario } from '../scenario.ts'
import { cancels } from './cancel.ts'
import { forks } from './forks.ts'
import { parameters } from './parameters.ts'
import { proxyCore } from './proxy-core.ts'
import { replies } from './replies.ts'
import { retransmissions } from './retransmissions.ts'
import { serialForks } from './serial.ts'
import { suspended } from './suspended.ts'
import { replicated } from './replicated.ts'
import { failover } from './failover.ts'
import { tcp } from './tcp.ts'
import { timers } from './timers.ts'

/** Every scenario but the pairs of final codes. */
export const scenarios: readonly Scenario[] = [
  ...forks,
  ...serialForks,
  ...cancels,
  ...timers,
  ...retransmissions,
  ...replies,
  ...proxyCore,
  ...parameters,
  ...tcp,
  ...replicated,
  ...suspended,
  ...failover,
]
