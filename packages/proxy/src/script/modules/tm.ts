import type { RoutedMessage } from '../../forward/routed-message.ts'
import { TransactionFlag } from '../../tm/transaction-flag.ts'
import { startOperatorRequest } from '../../tm/operator-request.ts'
import { ContactRecords } from '../contact-records.ts'
import { numberArgument, textArgument, type KsrEnvironment, type MessageFunction } from '../ksr-environment.ts'
import { ksrModule, type KsrModule } from '../ksr-module.ts'
import { patternOf } from '../pattern.ts'
import type { PvCompiler } from '../pv/pv-compiler.ts'
import { overProtocol, proxyAddress, proxyOfUri } from './relay-destination.ts'
import { writing } from './tm-write.ts'

type Functions = Readonly<Record<string, MessageFunction>>

/** KSR.tm (tm-reference 8 and 13): numbers, 1 or negative. Where each may be called stands in allowed-routes.ts. */
export function createTm(env: KsrEnvironment, variables: PvCompiler): KsrModule {
  return ksrModule('tm', env.onMessage('tm', tmFunctions(env, variables)))
}

/** The same functions for KSR.x.modf, which brings its own message. */
export function tmFunctions(env: KsrEnvironment, variables: PvCompiler): Functions {
  return {
    ...relaying(env),
    ...replying(env),
    ...contacts(env),
    ...hooks(env),
    ...settings(env),
    ...questions(env),
    ...local(env),
    ...writing(env, variables),
  }
}

function relaying(env: KsrEnvironment): Functions {
  const { tm } = env.services
  return {
    t_relay: (m) => tm.relay(m, 0, ''),
    t_relay_to_flags: (m, flags: number) => tm.relay(m, numberArgument(flags, 'tm.t_relay_to_flags'), ''),
    t_relay_to_proxy: (m, proxy: string) => tm.relay(m, 0, textArgument(proxy, 'tm.t_relay_to_proxy')),
    t_relay_to_proxy_flags: (m, proxy: string, flags: number) =>
      tm.relay(m, numberArgument(flags, 'tm.t_relay_to_proxy_flags'), textArgument(proxy, 'tm.t_relay_to_proxy_flags')),
    t_relay_to_proto: (m, proto: string) => tm.relay(m, 0, overProtocol(m, textArgument(proto, 'tm.t_relay_to_proto'))),
    t_relay_to_proto_addr: (m, ...[proto, host, port]: [string, string, number]) =>
      tm.relay(
        m,
        0,
        proxyAddress(
          textArgument(proto, 'tm.t_relay_to_proto_addr'),
          textArgument(host, 'tm.t_relay_to_proto_addr'),
          numberArgument(port, 'tm.t_relay_to_proto_addr'),
        ),
      ),
    t_relay_cancel: (m) => tm.relayCancel(m),
    t_replicate: (m, proxy: string) => tm.replicate(m, proxyOfUri(textArgument(proxy, 'tm.t_replicate'))),
  }
}

function replying(env: KsrEnvironment): Functions {
  const { tm } = env.services
  return {
    t_newtran: (m) => tm.newTransaction(m),
    t_release: (m) => tm.release(m),
    t_reply: (m, code: number, reason: string) => tm.reply(m, numberArgument(code, 'tm.t_reply'), textArgument(reason, 'tm.t_reply')),
    t_send_reply: (m, code: number, reason: string) =>
      tm.sendReply(m, numberArgument(code, 'tm.t_send_reply'), textArgument(reason, 'tm.t_send_reply')),
    t_reply_error: (m) => tm.replyError(m),
    t_retransmit_reply: (m) => tm.retransmitReply(m),
    t_drop_replies_all: (m) => tm.dropReplies(m, 'a'),
    t_drop_replies: (m, mode: string) => tm.dropReplies(m, textArgument(mode, 'tm.t_drop_replies')),
    t_save_lumps: (m) => tm.saveEdits(m),
    /** ACK and CANCEL always carry the headers of the request as it was sent, so there is nothing to switch. */
    t_use_uac_headers: (_m) => 1,
    t_clean: (_m) => tm.clean(),
  }
}

function contacts(env: KsrEnvironment): Functions {
  const records = new ContactRecords(env)
  return {
    t_load_contacts: (m) => records.load(m, 0),
    ki_t_load_contacts_mode: (m, mode: number) => records.load(m, numberArgument(mode, 'tm.ki_t_load_contacts_mode')),
    t_next_contacts: (m) => records.next(m),
    t_next_contact_flow: (m) => records.nextFlow(m),
  }
}

function hooks(env: KsrEnvironment): Functions {
  const { tm } = env.services
  return {
    t_on_branch: (m, name: string) => tm.armBranch(m, textArgument(name, 'tm.t_on_branch')),
    t_on_reply: (m, name: string) => tm.armReply(m, textArgument(name, 'tm.t_on_reply')),
    t_on_failure: (m, name: string) => tm.armFailure(m, textArgument(name, 'tm.t_on_failure')),
    t_on_branch_failure: (m, name: string) => tm.armBranchFailure(m, textArgument(name, 'tm.t_on_branch_failure')),
    t_is_set: (m, what: string) => tm.isSet(m, textArgument(what, 'tm.t_is_set')),
  }
}

function settings(env: KsrEnvironment): Functions {
  const { tm } = env.services
  const flag = (bit: number, name: string) => (m: RoutedMessage, on: number) => tm.setFlag(m, bit, numberArgument(on, `tm.${name}`) !== 0)
  return {
    t_set_fr_inv: (m, invite: number) => tm.setFr(m, numberArgument(invite, 'tm.t_set_fr_inv'), 0),
    t_set_fr: (m, invite: number, other: number) =>
      tm.setFr(m, numberArgument(invite, 'tm.t_set_fr'), numberArgument(other, 'tm.t_set_fr')),
    t_reset_fr: (m) => tm.resetFr(m),
    t_set_max_lifetime: (m, invite: number, other: number) =>
      tm.setMaxLifetime(m, numberArgument(invite, 'tm.t_set_max_lifetime'), numberArgument(other, 'tm.t_set_max_lifetime')),
    t_reset_max_lifetime: (m) => tm.resetMaxLifetime(m),
    t_set_retr: (m, t1: number, t2: number) => tm.setRetr(m, numberArgument(t1, 'tm.t_set_retr'), numberArgument(t2, 'tm.t_set_retr')),
    t_reset_retr: (m) => tm.resetRetr(m),
    t_set_auto_inv_100: (m, on: number) => tm.setAutoInv100(m, numberArgument(on, 'tm.t_set_auto_inv_100') !== 0),
    t_set_disable_6xx: flag(TransactionFlag.DISABLE_6XX, 't_set_disable_6xx'),
    t_set_disable_failover: flag(TransactionFlag.DISABLE_FAILOVER, 't_set_disable_failover'),
    t_set_no_e2e_cancel_reason: flag(TransactionFlag.NO_E2E_CANCEL_REASON, 't_set_no_e2e_cancel_reason'),
    t_set_disable_internal_reply: flag(TransactionFlag.NO_INTERNAL_REPLY, 't_set_disable_internal_reply'),
    t_set_no_auto_ack: flag(TransactionFlag.NO_AUTO_ACK, 't_set_no_auto_ack'),
  }
}

function questions(env: KsrEnvironment): Functions {
  const { tm } = env.services
  return {
    t_check_trans: (m) => tm.checkTransaction(m),
    t_lookup_request: (m) => tm.lookupRequest(m),
    t_lookup_cancel: (m) => tm.lookupCancel(m, false),
    t_lookup_cancel_flags: (m, copy: number) => tm.lookupCancel(m, numberArgument(copy, 'tm.t_lookup_cancel_flags') === 1),
    t_exists: (m) => (m.cell === null ? -1 : 1),
    t_is_canceled: (m) => tm.isCanceled(m),
    t_is_expired: (m) => tm.isExpired(m),
    t_any_timeout: (m) => tm.anyTimeout(m),
    t_any_replied: (m) => tm.anyReplied(m),
    t_branch_timeout: (m) => tm.branchTimeout(m),
    t_branch_replied: (m) => tm.branchReplied(m),
    t_is_retr_async_reply: (m) => tm.isHeldAgain(m),
    t_grep_status: (m, status: number) => tm.grepStatus(m, numberArgument(status, 'tm.t_grep_status')),
    t_get_status_code: (m) => tm.statusCode(m),
    t_get_branch_index: (m) => tm.branchIndex(m),
    /** Regular expression against the code that t_get_status_code gives. */
    t_check_status(m: RoutedMessage, pattern: string): number {
      const status = tm.statusCode(m)
      return status > 0 && patternOf(textArgument(pattern, 'tm.t_check_status')).test(String(status)) ? 1 : -1
    },
  }
}

/** t_uac_send takes six arguments. */
type UacArguments = [method: string, uri: string, nextHop: string, socket: string, headers: string, body: string]

function local(env: KsrEnvironment): Functions {
  const { tm, listeners, log } = env.services
  return {
    /** Sends a request of our own; From and To are among the headers. `INVITE.`: the ACK to its 2xx is left to the caller. */
    t_uac_send(_m: RoutedMessage, ...args: UacArguments): number {
      const [method, uri, nextHop, socket, headers, body] = args.map((one) => textArgument(one, 'tm.t_uac_send'))
      const refused = startOperatorRequest(
        {
          method: method.replace(/\.$/, ''),
          uri,
          nextHop: none(nextHop),
          socket: none(socket),
          headers,
          body: none(body),
          noAck: method.endsWith('.'),
          frTimer: 0,
          frInvTimer: 0,
        },
        listeners(),
        (request, done) => tm.startLocal(request, done),
        () => undefined,
      )
      if (refused === null) return 1
      log.error(`KSR.tm.t_uac_send: ${refused.message}`)
      return -1
    },
  }
}

/** `.` stands for nothing, as in RPC commands. */
function none(text: string): string {
  return text === '.' ? '' : text
}
