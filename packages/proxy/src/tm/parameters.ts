import { suggestion } from '../nearest-name.ts'
import { parseTwAppend } from './tw-append.ts'

/** One parameter of the transaction module (tm-reference 2). */
export interface ParameterSpec {
  readonly name: string
  readonly kind: 'int' | 'string'
  readonly initial: number | string
  readonly min?: number
  readonly max?: number
  /** Can be changed while running, through the `cfg` RPC group `tm`. */
  readonly runtime: boolean
  readonly unit?: 'ms' | 's'
  /** What a text must look like, and how to say that. */
  readonly form?: { readonly test: (value: string) => boolean; readonly text: string }
  readonly help: string
}

const UNSIGNED_SHORT = 65_535
const INT = 2_147_483_647
/** A bitmap of methods; as a signed number too, as Kamailio prints it. */
const METHOD_BITS = [-2_147_483_648, 4_294_967_295] as const

function milliseconds(name: string, initial: number, help: string, max = INT): ParameterSpec {
  return { name, kind: 'int', initial, min: 0, max, runtime: true, unit: 'ms', help }
}

function seconds(name: string, initial: number, help: string): ParameterSpec {
  return { name, kind: 'int', initial, min: 0, max: INT, runtime: true, unit: 's', help }
}

function flag(name: string, initial: number, runtime: boolean, help: string): ParameterSpec {
  return { name, kind: 'int', initial, min: 0, max: 1, runtime, help }
}

function int(name: string, initial: number, range: readonly [number, number], help: string): ParameterSpec {
  return { name, kind: 'int', initial, min: range[0], max: range[1], runtime: true, help }
}

function fixedInt(name: string, initial: number, range: readonly [number, number], help: string): ParameterSpec {
  return { ...int(name, initial, range, help), runtime: false }
}

function text(name: string, initial: string, runtime: boolean, help: string): ParameterSpec {
  return { name, kind: 'string', initial, runtime, help }
}

/** Every parameter that the engine obeys, with its Kamailio name and default. */
export const tmParameters: readonly ParameterSpec[] = [
  milliseconds('fr_timer', 30_000, 'wait for a final reply (INVITE: for the first reply) and for the ACK of a negative one'),
  milliseconds('fr_inv_timer', 120_000, 'wait for the final reply of an INVITE branch after a provisional one'),
  milliseconds('fr_inv_timer_next', 30_000, 'nothing: kept, and without effect in Kamailio, too'),
  flag('restart_fr_on_each_reply', 1, true, 'every provisional reply restarts fr_inv_timer'),
  milliseconds('max_inv_lifetime', 180_000, 'longest life of an INVITE transaction before its final reply'),
  milliseconds('max_noninv_lifetime', 32_000, 'longest life of any other transaction before its final reply'),
  milliseconds('wt_timer', 5000, 'time that a finished transaction absorbs late retransmissions'),
  milliseconds('retr_timer1', 500, 'first retransmission interval over UDP (T1)', UNSIGNED_SHORT),
  milliseconds('retr_timer2', 4000, 'longest retransmission interval over UDP (T2)', UNSIGNED_SHORT),
  flag('noisy_ctimer', 1, true, '0: an INVITE that nothing ever answered may end without a 408'),
  {
    ...milliseconds('exec_time_check', 5000, 'a warning when a route or callback that a transaction calls takes longer; 0: none'),
    runtime: false,
  },
  flag('ruri_matching', 1, true, 'compare the Request-URI when matching requests of clients before RFC 3261'),
  flag('via1_matching', 1, true, 'compare the top Via when matching requests of clients before RFC 3261'),
  flag('callid_matching', 0, true, 'compare the Call-ID too when matching by branch'),
  flag('callid_cseq_matching', 0, true, 'match replies by Call-ID and CSeq instead of the middle of our Via branch'),
  flag(
    'reply_matching',
    1,
    false,
    '1: a branch that has its final reply takes no more of them once wt_timer has ended, though others keep the transaction',
  ),
  flag('auto_inv_100', 1, true, 'answer 100 when an INVITE is relayed'),
  text('auto_inv_100_reason', 'trying -- your call is important to us', true, 'reason phrase of that 100'),
  int('default_code', 500, [400, 699], 'reply code when the script gives none that can be used'),
  text('default_reason', 'Server Internal Error', true, 'reason phrase for default_code'),
  flag('aggregate_challenges', 1, true, 'merge the challenges of all branches into the 401 or 407 sent upstream'),
  flag('disable_6xx_block', 0, true, '1: a 6xx reply does not end the other branches'),
  flag('remap_503_500', 1, false, 'send a winning 503 upstream as 500'),
  fixedInt('failure_reply_mode', 3, [0, 3], 'which earlier replies count after a failure route added branches'),
  fixedInt('faked_reply_prio', 0, [-32_000, 32_000], 'added to the priority of replies made up for timeouts and send errors'),
  flag('reply_relay_mode', 1, false, '1: a 2xx after the final reply of an INVITE is relayed, and the first one stays stored'),
  flag('relay_100', 0, true, '1: relay a received 100 upstream'),
  fixedInt('reply_408_code', 408, [400, 699], 'code of the reply made up for a timeout'),
  text('reply_408_reason', 'Request Timeout', false, 'reason phrase for reply_408_code'),
  flag('failure_exec_mode', 0, false, '1: a branch that cannot be sent times out like a silent one instead of failing at once'),
  fixedInt('rich_redirect', 0, [0, 3], 'contacts of a 3xx made here also tell 1: their branch flags, 2: their Path, as Route'),
  flag('delayed_reply', 1, false, '0: a relay that fails is answered at once, 1: when the script has ended without an answer'),
  int('cancel_b_method', 1, [0, 2], 'CANCEL of a branch without reply: 0 give up, 1 wait for a provisional, 2 send at once'),
  int('unmatched_cancel', 0, [0, 2], 'CANCEL without INVITE: 0 relay statefully, 1 statelessly, 2 drop'),
  int(
    'local_ack_mode',
    0,
    [0, 2],
    'ACK to a 2xx for our own INVITE: 0 by its route set, 1 where the INVITE went, 2 where the 2xx came from',
  ),
  fixedInt('local_ack_branch_mode', 0, [0, 2], "Via branch of that ACK: 0 the INVITE's, 1 with other last four characters, 2 a new one"),
  flag('pass_provisional_replies', 0, true, 'tell whoever started a local request about provisional replies too'),
  flag('enable_uac_fr', 0, true, '1: failure routes run for requests of our own, too; tm:local-request arms them'),
  flag('reparse_invite', 1, true, 'CANCEL and ACK to a negative reply are made of the INVITE 1: as sent, 0: as received'),
  text('ac_extra_hdrs', '', true, 'prefix of header names copied from the INVITE into CANCEL and ACK'),
  flag('local_cancel_reason', 1, true, 'add a Reason header to CANCELs caused by a final reply'),
  flag('e2e_cancel_reason', 1, true, 'copy the Reason headers of a received CANCEL into ours'),
  flag('e2e_cancel_hop_by_hop', 1, false, '0: the CANCEL of a caller is relayed as a transaction of its own to branches that ring'),
  fixedInt(
    'headers_mode',
    0,
    [0, 3],
    "1: our CANCELs also carry the other headers of the caller's CANCEL, 2: what is relayed without state has our Via only",
  ),
  flag('reparse_on_dns_failover', 1, true, '1: the next address of a name gets the failed branch with another Via, 0: a branch built anew'),
  flag('dns_reuse_rcv_socket', 0, false, 'branches for the next address of a name leave through the socket that the request came in'),
  {
    ...text('failover_reply_codes', '', false, 'reply codes besides 503 after which the next address of a name is tried'),
    form: {
      test: (value) => /^(?:\s*(?:code\s*=\s*[3-6]\d\d|class\s*=\s*[3-6])\s*(?:;|$))*$/.test(value),
      text: "a list like 'code=403;code=488;class=5' of codes 300 to 699 and classes 3 to 6",
    },
  },
  flag('blst_503', 0, true, 'blocklist the sender of a 503 for its Retry-After'),
  seconds('blst_503_def_timeout', 0, 'time on the blocklist after a 503 without Retry-After; 0: none'),
  seconds('blst_503_min_timeout', 0, 'shortest time on the blocklist after a 503 with Retry-After'),
  seconds('blst_503_max_timeout', 3600, 'longest time on the blocklist after a 503 with Retry-After'),
  int('blst_methods_add', 1, METHOD_BITS, 'methods whose timeout without any reply blocklists the destination (bitmap)'),
  int('blst_methods_lookup', 4_294_967_287, METHOD_BITS, 'methods that are not sent to blocklisted destinations (bitmap)'),
  milliseconds('unix_tx_timeout', 500, 'how long t_write_unix tries again when the reader of the socket is behind'),
  {
    ...text('tw_append', '', false, 'lines that t_write_req and t_write_unix add: `name: [label=]$variable;...`, one name a line'),
    form: { test: (value) => parseTwAppend(value) !== null, text: "lines like 'name: label=$variable; $variable', each with another name" },
  },
  fixedInt('max_branches', 12, [1, 31], 'branches of one transaction'),
  text('on_sl_reply', '', false, 'function called for replies that belong to no transaction; returning 0 or dropping stops them'),
  text('event_callback', '', false, 'function called with tm:local-request, and tm:branch-failure:NAME where there is no function NAME'),
  text('event_callback_lres_sent', '', false, 'function called with tm:local-response-sent for every reply made here'),
  text('evcb_local_ack_sent', '', false, 'function called with tm:local-ack-sent for every ACK to a 2xx for a request of our own'),
  fixedInt('evlreq_mode', 0, [0, 3], 'event_callback is also told of 1: CANCEL, 2: ACK to negative replies that are made here'),
  flag('onsend_route_reply', 0, false, 'ksr_onsend_route is called for replies, too'),
  flag('precheck_trans', 1, false, '1: tmx.t_precheck_trans finds requests that are being served'),
  text('contacts_avp', '', false, 'XAVP where t_load_contacts keeps the contacts; without it the script does not see them'),
  text('contact_flows_avp', '', false, 'XAVP where t_next_contacts keeps the spare flows of devices'),
  text('xavp_contact', '', false, 'XAVP whose fields save() keeps with each contact, and lookup() and t_next_contacts bring back'),
]

/** The parameters' values, by their Kamailio names: times in ms, flags 0 or 1. */
export interface TmParameters {
  fr_timer: number
  fr_inv_timer: number
  fr_inv_timer_next: number
  restart_fr_on_each_reply: number
  max_inv_lifetime: number
  max_noninv_lifetime: number
  wt_timer: number
  retr_timer1: number
  retr_timer2: number
  noisy_ctimer: number
  exec_time_check: number
  ruri_matching: number
  via1_matching: number
  callid_matching: number
  callid_cseq_matching: number
  reply_matching: number
  auto_inv_100: number
  auto_inv_100_reason: string
  default_code: number
  default_reason: string
  aggregate_challenges: number
  disable_6xx_block: number
  remap_503_500: number
  failure_reply_mode: number
  faked_reply_prio: number
  reply_relay_mode: number
  relay_100: number
  reply_408_code: number
  reply_408_reason: string
  failure_exec_mode: number
  rich_redirect: number
  delayed_reply: number
  cancel_b_method: number
  unmatched_cancel: number
  local_ack_mode: number
  local_ack_branch_mode: number
  pass_provisional_replies: number
  enable_uac_fr: number
  reparse_invite: number
  ac_extra_hdrs: string
  local_cancel_reason: number
  e2e_cancel_reason: number
  e2e_cancel_hop_by_hop: number
  headers_mode: number
  reparse_on_dns_failover: number
  dns_reuse_rcv_socket: number
  failover_reply_codes: string
  blst_503: number
  blst_503_def_timeout: number
  blst_503_min_timeout: number
  blst_503_max_timeout: number
  blst_methods_add: number
  blst_methods_lookup: number
  unix_tx_timeout: number
  tw_append: string
  max_branches: number
  on_sl_reply: string
  event_callback: string
  event_callback_lres_sent: string
  evcb_local_ack_sent: string
  evlreq_mode: number
  onsend_route_reply: number
  precheck_trans: number
  contacts_avp: string
  contact_flows_avp: string
  xavp_contact: string
}

export const tmDefaults: Readonly<TmParameters> = Object.freeze(
  Object.fromEntries(tmParameters.map((spec) => [spec.name, spec.initial])) as unknown as TmParameters,
)

/** A parameter that does not exist or a value outside of its range; `message` says which and what is allowed. */
export class ParameterError extends Error {
  override readonly name = 'ParameterError'
}

/** Checks `value` for the parameter `name`; numbers may come as text. Throws ParameterError. */
export function parameterValue(name: string, value: number | string): number | string {
  const spec = tmParameters.find((candidate) => candidate.name === name)
  if (spec === undefined) throw new ParameterError(`tm has no parameter '${name}'${suggestion(name, tmParameters)}`)
  if (spec.kind === 'string') return checkedText(spec, String(value))
  const number = typeof value === 'number' ? value : Number(value)
  const { min = -INT, max = INT } = spec
  if (!Number.isInteger(number) || number < min || number > max)
    throw new ParameterError(
      `tm parameter '${name}' must be an integer from ${min} to ${max}${spec.unit ? ` (${spec.unit})` : ''}, not '${value}'`,
    )
  return number
}

function checkedText({ name, form }: ParameterSpec, value: string): string {
  if (form === undefined || form.test(value)) return value
  throw new ParameterError(`tm parameter '${name}' must be ${form.text}, not '${value}'`)
}

/** Defaults overlaid with `settings`. Throws ParameterError. */
export function tmParametersFrom(settings: Readonly<Record<string, number | string>>): TmParameters {
  const values: Record<string, number | string> = { ...tmDefaults }
  for (const [name, value] of Object.entries(settings)) values[name] = parameterValue(name, value)
  const params = values as unknown as TmParameters
  if ((params.contacts_avp === '') !== (params.contact_flows_avp === ''))
    throw new ParameterError("tm parameters 'contacts_avp' and 'contact_flows_avp' need each other: set both or neither")
  return params
}
