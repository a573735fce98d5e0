import { HeaderId } from '@signalbox/sip'
import { appendTarget, currentTarget } from '../../forward/target-set.ts'
import { textArgument, type KsrEnvironment } from '../ksr-environment.ts'
import { ksrModule, type KsrModule } from '../ksr-module.ts'

/** KSR.corex: further targets, and questions about the request. */
export function createCorex(env: KsrEnvironment): KsrModule {
  const { params } = env.services
  /** Another target, with the next hop, socket and branch flags of the Request-URI. */
  const append = (uri: string, q: number): number => {
    const m = env.current()
    const { destinationUri, path, branchFlags: flags, forcedListener: listener } = m
    return appendTarget(m, { uri, destinationUri, path, q, flags, listener, instance: '', ruid: '' }, params.max_branches) ? 1 : -1
  }
  /** The current Request-URI becomes a target beside itself, with all that belongs to it: the script rewrites it next. */
  const appendCurrent = (): number => {
    const m = env.current()
    if (!appendTarget(m, currentTarget(m), params.max_branches)) return -1
    m.destinationUri = ''
    m.path = ''
    m.q = -1
    m.branchFlags = 0
    m.forcedListener = null
    m.instance = ''
    m.ruid = ''
    return 1
  }
  return ksrModule('corex', {
    append_branch: appendCurrent,
    append_branch_uri: (uri: string) => append(textArgument(uri, 'corex.append_branch_uri'), -1),
    append_branch_uri_q: (uri: string, q: string) =>
      append(textArgument(uri, 'corex.append_branch_uri_q'), thousandths(textArgument(q, 'corex.append_branch_uri_q'))),
    has_ruri_user: () => (env.requestUri().hasUser ? 1 : -1),
    has_user_agent: () => (env.current().message.first(HeaderId.USER_AGENT) === -1 ? -1 : 1),
  })
}

/** A qvalue in thousandths, -1 for none. */
function thousandths(q: string): number {
  const value = Number(q)
  return q === '' || Number.isNaN(value) ? -1 : Math.round(Math.min(1, Math.max(0, value)) * 1000)
}
