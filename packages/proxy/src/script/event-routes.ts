import { RouteType } from '../forward/route-type.ts'
import type { TmParameters } from '../tm/parameters.ts'
import { Hook } from '../tm/transaction-user.ts'
import type { Route } from './script-realm.ts'

/** The function that a hook of the transaction layer calls, and what it is told. */
export interface EventRoute {
  readonly event: string
  /** '' when no parameter names one. */
  readonly callback: string
  readonly type: number
}

/** tm-reference 2.6 and 7. */
export function eventRoute(hook: number, params: Readonly<TmParameters>): EventRoute {
  if (hook === Hook.LOCAL_REQUEST) return { event: 'tm:local-request', callback: params.event_callback, type: RouteType.LOCAL }
  if (hook === Hook.LOCAL_ACK_SENT) return { event: 'tm:local-ack-sent', callback: params.evcb_local_ack_sent, type: RouteType.EVENT }
  return { event: 'tm:local-response-sent', callback: params.event_callback_lres_sent, type: RouteType.EVENT }
}

/** What a version wants to be told of. The parameters cannot change while the engine runs. */
export function hooksOf({ onsendRoute }: { readonly onsendRoute: Route | null }, params: Readonly<TmParameters>): number {
  return (
    (onsendRoute === null ? 0 : Hook.ONSEND | (params.onsend_route_reply === 0 ? 0 : Hook.ONSEND_REPLY)) |
    (params.event_callback === '' ? 0 : Hook.LOCAL_REQUEST) |
    (params.event_callback_lres_sent === '' ? 0 : Hook.LOCAL_REPLY_SENT) |
    (params.evcb_local_ack_sent === '' ? 0 : Hook.LOCAL_ACK_SENT)
  )
}

/** The functions that parameters name, with the kinds of routes that they are. */
export function eventEntries(params: Readonly<TmParameters>): ReadonlyMap<string, number> {
  const entries = new Map<string, number>()
  const enter = (name: string, type: number): void => {
    if (name !== '') entries.set(name, (entries.get(name) ?? 0) | type)
  }
  enter(params.on_sl_reply, RouteType.CORE_ONREPLY)
  enter(params.event_callback, RouteType.LOCAL | RouteType.BRANCH_FAILURE)
  enter(params.event_callback_lres_sent, RouteType.EVENT)
  enter(params.evcb_local_ack_sent, RouteType.EVENT)
  return entries
}
