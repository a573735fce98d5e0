/** What a name of the [tm] table that is not Kamailio's stands for. */
export type ParameterAlias =
  /** Another name of a parameter; the value counts `factor` times, or turns a switch round. */
  | { readonly name: string; readonly factor: number }
  | { readonly name: string; readonly inverted: true }
  /** Accepted and without effect; `warning` says why. */
  | { readonly warning: string }

const SECONDS = 1000
const avpWarning = (replacement: string) => ({ warning: `is ignored: timers are set per transaction by ${replacement} (milliseconds)` })
const replication = 'is ignored: transactions are not replicated to other proxies'
const noSuchThing = { warning: 'is ignored: there is nothing here that it would switch' }

/**
 * Names of OpenSIPS's tm (tm-reference 2.7) and of old Kamailio releases. OpenSIPS's wt_timer is not among them: that name is
 * Kamailio's, in milliseconds.
 */
export const parameterAliases: ReadonlyMap<string, ParameterAlias> = new Map<string, ParameterAlias>([
  ['fr_timeout', { name: 'fr_timer', factor: SECONDS }],
  ['fr_inv_timeout', { name: 'fr_inv_timer', factor: SECONDS }],
  ['T1_timer', { name: 'retr_timer1', factor: 1 }],
  ['T2_timer', { name: 'retr_timer2', factor: 1 }],
  ['auto_100trying', { name: 'auto_inv_100', factor: 1 }],
  ['disable_503_translation', { name: 'remap_503_500', inverted: true }],
  ['delete_timer', { warning: 'is ignored: transactions are freed when wt_timer ends' }],
  ['fr_timer_avp', avpWarning('t_set_fr()')],
  ['fr_inv_timer_avp', avpWarning('t_set_fr()')],
  ['syn_branch', noSuchThing],
  ['onreply_avp_mode', noSuchThing],
  ['timer_partitions', noSuchThing],
  ['enable_stats', { warning: 'is ignored: statistics are always on' }],
  ['local_request_route', { name: 'event_callback', factor: 1 }],
  ['local_reply_route', { name: 'event_callback_lres_sent', factor: 1 }],
  ['minor_branch_flag', noSuchThing],
  ['tm_replication_cluster', { warning: replication }],
  ['cluster_param', { warning: replication }],
  ['cluster_auto_cancel', { warning: replication }],
])

export function parameterAlias(name: string): ParameterAlias | null {
  return parameterAliases.get(name) ?? null
}

/** The value of the parameter that `alias` stands for; a value that is no number is left for the parameter's own check to refuse. */
export function aliasedValue(alias: Exclude<ParameterAlias, { readonly warning: string }>, value: number | string): number | string {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  if (typeof number !== 'number' || Number.isNaN(number)) return value
  return 'inverted' in alias ? 1 - number : number * alias.factor
}
