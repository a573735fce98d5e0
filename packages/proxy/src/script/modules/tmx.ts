import { RouteType } from '../../forward/route-type.ts'
import { textArgument, type KsrEnvironment } from '../ksr-environment.ts'
import { ksrModule, type KsrModule } from '../ksr-module.ts'

/** KSR.tmx. */
export function createTmx(env: KsrEnvironment): KsrModule {
  const { tm } = env.services
  const within = (types: number) => () => ((env.current().routeType & types) === 0 ? -1 : 1)
  return ksrModule('tmx', {
    /** 1: this very request is being served already. */
    t_precheck_trans: () => (tm.lookupRequest(env.current()) > 0 ? 1 : -1),
    t_is_request_route: within(RouteType.REQUEST),
    t_is_reply_route: within(RouteType.TM_ONREPLY | RouteType.CORE_ONREPLY),
    t_is_failure_route: within(RouteType.FAILURE),
    t_is_branch_route: within(RouteType.BRANCH),
    t_cancel_branches: (which: string) => tm.cancelBranches(env.current(), textArgument(which, 'tmx.t_cancel_branches')),
  })
}
