import type { RoutedMessage } from '../../forward/routed-message.ts'
import { RouteType } from '../../forward/route-type.ts'
import { numberArgument, textArgument, type KsrEnvironment, type MessageFunction } from '../ksr-environment.ts'
import { ksrModule, type KsrModule } from '../ksr-module.ts'

type Functions = Readonly<Record<string, MessageFunction>>

/** KSR.tmx: more about transactions (tm-reference 8.2). */
export function createTmx(env: KsrEnvironment): KsrModule {
  return ksrModule('tmx', env.onMessage('tmx', tmxFunctions(env)))
}

export function tmxFunctions(env: KsrEnvironment): Functions {
  return { ...routeKinds(), ...suspending(env), ...branches(env), ...byName(env) }
}

function routeKinds(): Functions {
  const within = (types: number) => (m: RoutedMessage) => ((m.routeType & types) === 0 ? -1 : 1)
  return {
    t_is_request_route: within(RouteType.REQUEST),
    t_is_reply_route: within(RouteType.TM_ONREPLY | RouteType.CORE_ONREPLY),
    t_is_failure_route: within(RouteType.FAILURE),
    t_is_branch_route: within(RouteType.BRANCH),
  }
}

function suspending(env: KsrEnvironment): Functions {
  const { tm } = env.services
  return {
    /** 1: the transaction waits for t_continue; $T(id_index) and $T(id_label) name it. */
    t_suspend: (m) => tm.suspend(m),
    t_continue(_m: RoutedMessage, ...[index, label, route]: [number, number, string]): number {
      const result = tm.resume(
        numberArgument(index, 'tmx.t_continue'),
        numberArgument(label, 'tmx.t_continue'),
        textArgument(route, 'tmx.t_continue'),
      )
      return result < 0 ? result : 1
    },
    /** Ends the transaction without a word to the caller. */
    t_drop: (m) => tm.drop(m, 500),
    t_drop_rcode: (m, code: number) => tm.drop(m, numberArgument(code, 'tmx.t_drop_rcode')),
  }
}

function branches(env: KsrEnvironment): Functions {
  const { tm } = env.services
  return {
    /** 1: this very request is being served already. */
    t_precheck_trans: (m) => (env.services.params.precheck_trans !== 0 && tm.lookupRequest(m) > 0 ? 1 : -1),
    t_cancel_branches: (m, which: string) => tm.cancelBranches(m, textArgument(which, 'tmx.t_cancel_branches')),
    /** The target of the branch that has failed, once more. */
    t_reuse_branch: (m) => tm.reuseBranch(m),
    t_flush_flags: (m) => tm.flushFlags(m),
    /** There are no extended flags beside the 32: the same. */
    t_flush_xflags: (m) => tm.flushFlags(m),
  }
}

/** Functions about transactions named by Call-ID and CSeq number. */
function byName(env: KsrEnvironment): Functions {
  const { tm } = env.services
  const cancel =
    (name: string) =>
    (_m: RoutedMessage, ...[callId, cseq, flag, code]: [string, string, number, number]) =>
      tm.cancelCallId(textArgument(callId, name), Number(cseq), { flag: numberArgument(flag, name), status: numberArgument(code, name) })
  const withReason = cancel('tmx.t_cancel_callid_reason')
  return {
    t_cancel_callid: (m, ...[callId, cseq, flag]: [string, string, number]) => cancel('tmx.t_cancel_callid')(m, callId, cseq, flag, 0),
    t_cancel_callid_reason: withReason,
    t_reply_callid: (_m, ...[callId, cseq, code, reason]: [string, string, number, string]) =>
      tm.replyCallId(textArgument(callId, 'tmx.t_reply_callid'), Number(cseq), {
        status: numberArgument(code, 'tmx.t_reply_callid'),
        reason: textArgument(reason, 'tmx.t_reply_callid'),
      }),
    /** The ACK to the 2xx of an INVITE that was sent with `INVITE.`; headers and body as the script wants them. */
    t_uac_ack_local: (_m, ...[callId, cseq, headers, body]: [string, string, string, string]) =>
      tm.acknowledgeLocal(textArgument(callId, 'tmx.t_uac_ack_local'), Number(cseq), {
        headers: textArgument(headers, 'tmx.t_uac_ack_local'),
        body: textArgument(body, 'tmx.t_uac_ack_local'),
      }),
  }
}
