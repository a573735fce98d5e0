import { describe, expect, it } from 'vitest'
import { invite, ScriptWorld } from './script-world.ts'

/** tm-reference 13, as it stands there. */
const KEMI = `t_relay, t_on_branch, t_on_failure, t_on_branch_failure, t_on_reply, t_reply, t_reply_error, t_send_reply,
t_check_trans, t_is_canceled, t_newtran, t_release, t_replicate, t_is_set, t_lookup_request, t_lookup_cancel,
t_lookup_cancel_flags, t_retransmit_reply, t_set_fr_inv, t_set_fr, t_reset_fr, t_set_max_lifetime,
t_reset_max_lifetime, t_set_retr, t_reset_retr, t_uac_send, t_load_contacts, ki_t_load_contacts_mode,
t_next_contacts, t_next_contact_flow, t_drop_replies_all, t_drop_replies, t_use_uac_headers, t_save_lumps,
t_is_expired, t_check_status, t_grep_status, t_is_retr_async_reply, t_any_replied, t_any_timeout,
t_branch_replied, t_branch_timeout, t_set_auto_inv_100, t_set_disable_6xx, t_set_disable_failover,
t_set_no_e2e_cancel_reason, t_set_disable_internal_reply, t_set_no_auto_ack, t_relay_to_proxy,
t_relay_to_flags, t_relay_to_proxy_flags, t_relay_to_proto, t_relay_to_proto_addr,
t_get_status_code, t_get_branch_index, t_clean, t_exists`.split(/,\s*/)

/** Functions of the native script, tm-reference 8.1 and 8.2, with arguments that they take; in a failure route, or where it is said. */
const NATIVE: readonly (readonly [call: string, route: string])[] = (
  [
    ["'t_relay'"],
    ["'t_relay', '10.0.0.9', 5060"],
    ...['udp', 'tcp', 'tls', 'sctp'].flatMap((proto) => [
      [`'t_relay_to_${proto}'`] as const,
      [`'t_relay_to_${proto}', '10.0.0.9', 5060`] as const,
      [`'t_forward_nonack_${proto}', '10.0.0.9', 5060`, 'request'] as const,
      [`'t_replicate_${proto}', '10.0.0.9', 5060`, 'request'] as const,
    ]),
    ["'t_relay_to'"],
    ["'t_relay_to', '10.0.0.9'"],
    ["'t_relay_to', 'udp:10.0.0.9:5060', '0x05'"],
    ["'t_relay_to', '2'"],
    ["'t_relay_to_proxy', '10.0.0.9'"],
    ["'t_relay_to_proxy', '10.0.0.9', 1"],
    ["'t_relay_to_avp', 'udp', '$fd'", 'request'],
    ["'t_forward_nonack', '10.0.0.9', 5060", 'request'],
    ["'t_forward_nonack_uri'", 'request'],
    ["'t_forward_nonack_to', 'udp', '10.0.0.9:5060'", 'request'],
    ["'t_replicate'", 'request'],
    ["'t_replicate', '10.0.0.9'", 'request'],
    ["'t_replicate', '10.0.0.9', 5060", 'request'],
    ["'t_replicate_to', 'udp', '10.0.0.9:5060'", 'request'],
    ["'t_relay_cancel'", 'request'],
    ["'t_newtran'", 'request'],
    ["'t_lookup_request'", 'request'],
    ["'t_lookup_cancel'", 'request'],
    ["'t_lookup_cancel', 1", 'request'],
    ["'t_check_trans'", 'request'],
    ["'t_release'", 'request'],
    ["'t_reply', 404, 'No'"],
    ["'t_send_reply', 404, 'No'"],
    ["'t_reply_error'"],
    ["'t_retransmit_reply'", 'request'],
    ["'t_on_failure', 'route'"],
    ["'t_on_branch_failure', 'route'"],
    ["'t_on_reply', 'route'"],
    ["'t_on_branch', 'route'"],
    ["'t_is_set', 'failure_route'"],
    ["'t_check_status', '4..'"],
    ["'t_get_status_code'"],
    ["'t_set_fr', 1000"],
    ["'t_set_fr', 1000, 1000"],
    ["'t_reset_fr'"],
    ["'t_set_max_lifetime', 1000, 1000"],
    ["'t_reset_max_lifetime'"],
    ["'t_set_retr', 500, 4000"],
    ["'t_reset_retr'"],
    ["'t_set_auto_inv_100', 1", 'request'],
    ["'t_set_disable_6xx', 1"],
    ["'t_set_disable_failover', 1"],
    ["'t_set_no_e2e_cancel_reason', 1"],
    ["'t_disable_e2e_cancel_reason', 1"],
    ["'t_set_disable_internal_reply', 1"],
    ["'t_set_no_auto_ack', 1"],
    ["'t_branch_timeout'"],
    ["'t_branch_replied'"],
    ["'t_any_timeout'"],
    ["'t_any_replied'"],
    ["'t_grep_status', 404"],
    ["'t_is_canceled'"],
    ["'t_is_expired'"],
    ["'t_is_retr_async_reply'", 'reply'],
    ["'t_drop_replies'"],
    ["'t_drop_replies', 'l'"],
    ["'t_save_lumps'", 'request'],
    ["'t_load_contacts'"],
    ["'t_load_contacts', 1"],
    ["'t_next_contacts'"],
    ["'t_next_contact_flow'", 'request'],
    ["'t_clean'"],
    ["'t_msg_apply_changes'", 'branch'],
    ["'t_cell_append_branches', 1, 2"],
    ["'t_write_req', 'action', '/run/x'"],
    ["'t_write_unix', 'action', '/run/x'"],
    // tmx
    ["'t_precheck_trans'", 'request'],
    ["'t_cancel_branches', 'all'", 'reply'],
    ["'t_cancel_callid', 'c', 1, 2"],
    ["'t_cancel_callid', 'c', 1, 2, 480"],
    ["'t_cancel_branch_idx', 0"],
    ["'t_uac_ack_local', 'c', 1, '', ''"],
    ["'t_reply_callid', 'c', 1, 404, 'No'"],
    ["'t_flush_flags'"],
    ["'t_flush_xflags'"],
    ["'t_suspend'"],
    ["'t_continue', 1, 2, 'route'"],
    ["'t_drop'"],
    ["'t_drop', 404"],
    ["'t_reuse_branch'", 'branchFailure'],
    ["'t_vbflag_set', 3"],
    ["'t_vbflag_reset', 3"],
    ["'t_vbflag_is_set', 3"],
  ] as readonly (readonly [call: string, route?: string])[]
).map(([call, route = 'failure']) => [call, route])

describe('names of functions', () => {
  it('KSR.tm has them all, tm-reference 13', () => {
    const world = new ScriptWorld()
    world.receive(invite())
    const names = JSON.stringify([...KEMI, 't_write_req', 't_write_unix'])
    expect(world.run(`return ${names}.filter((name) => typeof KSR.tm[name] !== 'function')`)).toEqual([])
  })

  it.each(NATIVE)('KSR.x.modf(%s) reaches the transaction layer, tm-reference 8', (call, route) => {
    const world = new ScriptWorld()
    world.receive(invite())
    world.m.cell = { index: 1, label: 2, recorded: false, suspendedBranch: -1 }
    world.load(`function ksr_request_route() {${route === 'request' ? ' route() ' : ''}}\nfunction route() { KSR.x.modf(${call}) }`)
    const { script, m } = world
    if (route === 'request') script.request(m)
    else if (route === 'branch') script.branchRoute('route', m)
    else if (route === 'reply') script.replyRoute('route', m)
    else if (route === 'branchFailure') script.branchFailureRoute('route', m)
    else script.failureRoute('route', m)
    expect(world.log).toEqual([])
    expect(world.calls.length + Number(call.startsWith("'t_check_status'"))).toBeGreaterThan(0)
  })

  it.each(['t_is_request_route', 't_is_failure_route', 't_is_branch_route', 't_is_reply_route', 't_exists', 't_use_uac_headers'])(
    'KSR.x.modf(%s) answers without asking it',
    (name) => {
      const world = new ScriptWorld()
      world.receive(invite())
      expect([1, -1]).toContain(world.run(`return KSR.x.modf('${name}')`))
      expect(world.log).toEqual([])
    },
  )
})
