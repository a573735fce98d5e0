import { countMaxForwards } from '../../forward/max-forwards.ts'
import { numberArgument, type KsrEnvironment } from '../ksr-environment.ts'
import { ksrModule, type KsrModule } from '../ksr-module.ts'

/** KSR.maxfwd. */
export function createMaxfwd(env: KsrEnvironment): KsrModule {
  let counted = -1
  let result = 0
  return ksrModule('maxfwd', {
    /** 1 counted down, 2 added, -1 it was 0: the request may go no further. Counts once per request, however often it is called. */
    process_maxfwd(limit: number): number {
      const m = env.current()
      if (counted !== env.scope.serial) {
        result = countMaxForwards(m, numberArgument(limit, 'maxfwd.process_maxfwd'))
        counted = env.scope.serial
      }
      return result
    },
    is_maxfwd_lt(limit: number): number {
      const { maxForwards } = env.current().message
      return maxForwards >= 0 && maxForwards < numberArgument(limit, 'maxfwd.is_maxfwd_lt') ? 1 : -1
    },
  })
}
