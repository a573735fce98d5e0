import { RouteType } from '../forward/route-type.ts'

/*
 * Which routes may call which functions (tm-reference 8). Event routes take whatever request routes may call, as in Kamailio;
 * the one for requests of our own is the exception: they are on their way already, so nothing relays or answers them.
 */

const columns: Readonly<Record<string, number>> = {
  R: RouteType.REQUEST | RouteType.BRANCH_FAILURE | RouteType.EVENT,
  F: RouteType.FAILURE,
  O: RouteType.TM_ONREPLY | RouteType.CORE_ONREPLY,
  TO: RouteType.TM_ONREPLY,
  B: RouteType.BRANCH,
  E: RouteType.BRANCH_FAILURE | RouteType.EVENT,
  L: RouteType.LOCAL,
}

/** Functions by their module and name, with the columns of tm-reference 8. A function that is not here may be called anywhere. */
const table: Readonly<Record<string, readonly string[]>> = {
  'R F': [
    't_relay',
    't_relay_to',
    't_relay_to_udp',
    't_relay_to_tcp',
    't_relay_to_tls',
    't_relay_to_sctp',
    't_relay_to_flags',
    't_relay_to_proxy',
    't_relay_to_proxy_flags',
    't_relay_to_proto',
    't_relay_to_proto_addr',
    't_on_branch',
    't_write_req',
    't_write_unix',
    't_load_contacts',
    'ki_t_load_contacts_mode',
    't_next_contacts',
    'tmx.t_suspend',
    'tmx.t_drop',
    'tmx.t_drop_rcode',
  ],
  R: [
    't_relay_to_avp',
    't_forward_nonack',
    't_forward_nonack_udp',
    't_forward_nonack_tcp',
    't_forward_nonack_tls',
    't_forward_nonack_sctp',
    't_forward_nonack_uri',
    't_forward_nonack_to',
    't_replicate',
    't_replicate_udp',
    't_replicate_tcp',
    't_replicate_tls',
    't_replicate_sctp',
    't_replicate_to',
    't_relay_cancel',
    't_newtran',
    't_lookup_request',
    't_lookup_cancel',
    't_lookup_cancel_flags',
    't_release',
    't_retransmit_reply',
    't_set_auto_inv_100',
    't_save_lumps',
    't_next_contact_flow',
    'tmx.t_precheck_trans',
  ],
  'R O F B': ['t_get_status_code', 't_check_trans'],
  'R O F': ['t_reply', 't_send_reply', 't_reply_error', 't_check_status'],
  'R F TO B L': ['t_on_failure', 't_on_branch_failure', 't_on_reply'],
  'R TO F B L': [
    't_set_fr',
    't_set_fr_inv',
    't_reset_fr',
    't_set_max_lifetime',
    't_reset_max_lifetime',
    't_set_retr',
    't_reset_retr',
    't_set_disable_6xx',
    't_set_disable_failover',
    't_set_no_e2e_cancel_reason',
    't_disable_e2e_cancel_reason',
    't_set_disable_internal_reply',
    't_set_no_auto_ack',
  ],
  'R TO F B': ['t_any_timeout', 't_any_replied', 't_grep_status', 't_is_canceled', 't_is_expired'],
  'F E': ['t_branch_timeout', 't_branch_replied'],
  TO: ['t_is_retr_async_reply'],
  F: ['t_drop_replies', 't_drop_replies_all'],
  B: ['t_msg_apply_changes'],
  O: ['tmx.t_cancel_branches'],
  E: ['tmx.t_reuse_branch'],
}

export const ANYWHERE = -1

/**
 * Routes that may wait (tm-reference 10). The others decide about a message that is on its way out of the engine, which nothing
 * can hold.
 */
export const MAY_WAIT =
  RouteType.REQUEST | RouteType.FAILURE | RouteType.BRANCH_FAILURE | RouteType.TM_ONREPLY | RouteType.CORE_ONREPLY | RouteType.EVENT

const masks: ReadonlyMap<string, number> = new Map(
  Object.entries(table).flatMap(([where, names]) => {
    const mask = where.split(' ').reduce((sum, column) => sum | columns[column], 0)
    return names.map((name) => [name.includes('.') ? name : `tm.${name}`, mask] as const)
  }),
)

/** RouteType bits of the routes that may call `tm.t_relay` ...; -1 for any. */
export function allowedRoutes(name: string): number {
  return masks.get(name) ?? ANYWHERE
}

const routeNames: readonly (readonly [bit: number, name: string])[] = [
  [RouteType.REQUEST, 'request'],
  [RouteType.FAILURE, 'failure'],
  [RouteType.BRANCH, 'branch'],
  [RouteType.TM_ONREPLY, "transaction's reply"],
  [RouteType.CORE_ONREPLY, 'general reply'],
  [RouteType.ONSEND, 'onsend'],
  [RouteType.LOCAL, 'local-request'],
  [RouteType.BRANCH_FAILURE, 'branch-failure'],
  [RouteType.EVENT, 'event'],
]

/** `request`, or `failure or branch`. */
export function routeNamesOf(mask: number): string {
  const names = routeNames.filter(([bit]) => (mask & bit) !== 0).map(([, name]) => name)
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`
}

/** The sentence about a function called where it may not be. */
export function wrongRoute(name: string, type: number): string {
  return `KSR.${name} may not be called in a ${routeNamesOf(type)} route, only in a ${routeNamesOf(allowedRoutes(name))} route`
}
