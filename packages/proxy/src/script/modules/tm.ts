import { nextHopOf } from '../../forward/next-hop.ts'
import { TransactionFlag } from '../../tm/transaction-flag.ts'
import { numberArgument, textArgument, type KsrEnvironment } from '../ksr-environment.ts'
import { ksrModule, type KsrModule } from '../ksr-module.ts'
import { patternOf } from '../pattern.ts'

/** KSR.tm (tm-reference 8 and 13): numbers, 1 or negative. */
export function createTm(env: KsrEnvironment): KsrModule {
  return ksrModule('tm', { ...relaying(env), ...replying(env), ...hooks(env), ...settings(env), ...questions(env) })
}

function relaying(env: KsrEnvironment): KsrModule {
  const { tm } = env.services
  const relay = (flags: number, proxy: string): number => tm.relay(env.current(), flags, proxy)
  /** `proto:host:port` with the protocol changed; the Request-URI, or the next hop, stays what it was. */
  const toProto = (proto: string): string | null => {
    const m = env.current()
    const hop = nextHopOf(m.destinationUri === '' ? m.currentUri() : m.destinationUri)
    return hop === null ? null : address(proto, hop.host, hop.port)
  }
  return {
    t_relay: () => relay(0, ''),
    t_relay_to_flags: (flags: number) => relay(numberArgument(flags, 'tm.t_relay_to_flags'), ''),
    t_relay_to_proxy: (proxy: string) => relay(0, textArgument(proxy, 'tm.t_relay_to_proxy')),
    t_relay_to_proxy_flags: (proxy: string, flags: number) =>
      relay(numberArgument(flags, 'tm.t_relay_to_proxy_flags'), textArgument(proxy, 'tm.t_relay_to_proxy_flags')),
    t_relay_to_proto: (proto: string) => relay(0, toProto(textArgument(proto, 'tm.t_relay_to_proto')) ?? ''),
    t_relay_to_proto_addr: (proto: string, host: string, port: number) =>
      relay(
        0,
        address(
          textArgument(proto, 'tm.t_relay_to_proto_addr'),
          textArgument(host, 'tm.t_relay_to_proto_addr'),
          numberArgument(port, 'tm.t_relay_to_proto_addr'),
        ),
      ),
    t_relay_cancel: () => tm.relayCancel(env.current()),
    t_replicate: (proxy: string) => tm.replicate(env.current(), textArgument(proxy, 'tm.t_replicate')),
  }
}

/** `[proto:]host[:port]`, IPv6 in brackets. */
function address(proto: string, host: string, port: number): string {
  const bracketed = host.includes(':') && !host.startsWith('[') ? `[${host}]` : host
  return `${proto.toLowerCase()}:${bracketed}${port === 0 ? '' : `:${port}`}`
}

function replying(env: KsrEnvironment): KsrModule {
  const { tm } = env.services
  return {
    t_newtran: () => tm.newTransaction(env.current()),
    t_release: () => tm.release(env.current()),
    t_reply: (code: number, reason: string) =>
      tm.reply(env.current(), numberArgument(code, 'tm.t_reply'), textArgument(reason, 'tm.t_reply')),
    t_send_reply: (code: number, reason: string) =>
      tm.sendReply(env.current(), numberArgument(code, 'tm.t_send_reply'), textArgument(reason, 'tm.t_send_reply')),
    t_reply_error: () => tm.replyError(env.current()),
    t_retransmit_reply: () => tm.retransmitReply(env.current()),
    t_drop_replies_all: () => tm.dropReplies(env.current(), 'a'),
    t_drop_replies: (mode: string) => tm.dropReplies(env.current(), textArgument(mode, 'tm.t_drop_replies')),
  }
}

function hooks(env: KsrEnvironment): KsrModule {
  const { tm } = env.services
  return {
    t_on_branch: (name: string) => tm.armBranch(env.current(), textArgument(name, 'tm.t_on_branch')),
    t_on_reply: (name: string) => tm.armReply(env.current(), textArgument(name, 'tm.t_on_reply')),
    t_on_failure: (name: string) => tm.armFailure(env.current(), textArgument(name, 'tm.t_on_failure')),
    t_on_branch_failure: (name: string) => tm.armBranchFailure(env.current(), textArgument(name, 'tm.t_on_branch_failure')),
    t_is_set: (what: string) => tm.isSet(env.current(), textArgument(what, 'tm.t_is_set')),
  }
}

function settings(env: KsrEnvironment): KsrModule {
  const { tm } = env.services
  const flag = (bit: number) => (on: number) => tm.setFlag(env.current(), bit, Number(on) !== 0)
  return {
    t_set_fr_inv: (invite: number) => tm.setFr(env.current(), numberArgument(invite, 'tm.t_set_fr_inv'), 0),
    t_set_fr: (invite: number, other: number) =>
      tm.setFr(env.current(), numberArgument(invite, 'tm.t_set_fr'), numberArgument(other, 'tm.t_set_fr')),
    t_reset_fr: () => tm.resetFr(env.current()),
    t_set_max_lifetime: (invite: number, other: number) =>
      tm.setMaxLifetime(env.current(), numberArgument(invite, 'tm.t_set_max_lifetime'), numberArgument(other, 'tm.t_set_max_lifetime')),
    t_reset_max_lifetime: () => tm.resetMaxLifetime(env.current()),
    t_set_retr: (t1: number, t2: number) =>
      tm.setRetr(env.current(), numberArgument(t1, 'tm.t_set_retr'), numberArgument(t2, 'tm.t_set_retr')),
    t_reset_retr: () => tm.resetRetr(env.current()),
    t_set_auto_inv_100: (on: number) => tm.setAutoInv100(env.current(), Number(on) !== 0),
    t_set_disable_6xx: flag(TransactionFlag.DISABLE_6XX),
    t_set_disable_failover: flag(TransactionFlag.DISABLE_FAILOVER),
    t_set_no_e2e_cancel_reason: flag(TransactionFlag.NO_E2E_CANCEL_REASON),
    t_set_disable_internal_reply: flag(TransactionFlag.NO_INTERNAL_REPLY),
    t_set_no_auto_ack: flag(TransactionFlag.NO_AUTO_ACK),
  }
}

function questions(env: KsrEnvironment): KsrModule {
  const { tm } = env.services
  return {
    t_check_trans: () => tm.checkTransaction(env.current()),
    t_lookup_request: () => tm.lookupRequest(env.current()),
    t_lookup_cancel: () => tm.lookupCancel(env.current(), false),
    t_lookup_cancel_flags: (copy: number) => tm.lookupCancel(env.current(), Number(copy) === 1),
    t_exists: () => (env.current().cell === null ? -1 : 1),
    t_is_canceled: () => tm.isCanceled(env.current()),
    t_is_expired: () => tm.isExpired(env.current()),
    t_any_timeout: () => tm.anyTimeout(env.current()),
    t_any_replied: () => tm.anyReplied(env.current()),
    t_branch_timeout: () => tm.branchTimeout(env.current()),
    t_branch_replied: () => tm.branchReplied(env.current()),
    t_grep_status: (status: number) => tm.grepStatus(env.current(), numberArgument(status, 'tm.t_grep_status')),
    t_get_status_code: () => tm.statusCode(env.current()),
    t_get_branch_index: () => tm.branchIndex(env.current()),
    /** Regular expression against the code that t_get_status_code gives. */
    t_check_status(pattern: string): number {
      const status = tm.statusCode(env.current())
      return status > 0 && patternOf(textArgument(pattern, 'tm.t_check_status')).test(String(status)) ? 1 : -1
    },
  }
}
