import { transportName } from '@signalbox/sip'
import { TransactionFlag } from '../../tm/transaction-flag.ts'
import type { RoutedMessage } from '../../forward/routed-message.ts'
import { allowedRoutes, wrongRoute } from '../allowed-routes.ts'
import { ContactRecords } from '../contact-records.ts'
import { numberArgument, textArgument, type KsrEnvironment } from '../ksr-environment.ts'
import type { PvCompiler } from '../pv/pv-compiler.ts'
import { overProtocol, proxyAddress, proxyOfUri } from './relay-destination.ts'

/** Arguments as the script gave them; those left out are undefined. */
type Arguments = readonly unknown[]

type Native = (m: RoutedMessage, args: Arguments) => number

/** A function of the native script by its own name: what it returns. */
export type NativeFunctions = ReadonlyMap<string, (args: Arguments) => number>

/**
 * The functions of the native script that KEMI has no name for, or another one, or whose arguments are others (tm-reference 8);
 * KSR.x.modf calls them.
 */
export function nativeFunctions(env: KsrEnvironment, variables: PvCompiler): NativeFunctions {
  const natives: Readonly<Record<string, Native>> = {
    ...relaying(env, variables),
    ...forwarding(env),
    ...replicating(env),
    ...settings(env),
    ...transactions(env),
    ...virtualFlags(env),
    ...selection(env),
  }
  return new Map(Object.entries(natives).map(([name, native]) => [name, guarded(env, name, native)]))
}

function guarded(env: KsrEnvironment, name: string, native: Native): (args: Arguments) => number {
  const mask = allowedRoutes(`tm.${name}`)
  return (args) => {
    const m = env.current()
    if ((m.routeType & mask) === 0) throw new TypeError(wrongRoute(`tm.${name}`, m.routeType))
    return native(m, args)
  }
}

const PROTOCOLS = ['udp', 'tcp', 'tls', 'sctp'] as const

function hostAndPort(proto: string, [host, port]: Arguments, name: string): string {
  return proxyAddress(proto, textArgument(host, name), port === undefined ? 0 : numberArgument(port, name))
}

/** `proto` and `host[:port]`, as the functions with `_to` and t_relay_to_avp take them. */
function placeOver(proto: unknown, place: unknown, name: string): string {
  return `${textArgument(proto, name).toLowerCase()}:${textArgument(place, name)}`
}

/** The protocol that the message came in with. */
function received(m: RoutedMessage): string {
  return transportName(m.source.transport)
}

function relaying(env: KsrEnvironment, variables: PvCompiler): Readonly<Record<string, Native>> {
  const { tm } = env.services
  const natives: Record<string, Native> = {
    t_relay: (m, args) => tm.relay(m, 0, args.length === 0 ? '' : hostAndPort(received(m), args, 't_relay')),
    t_relay_to_proxy: (m, [proxy, flags]) => tm.relay(m, flagsOf(flags, 't_relay_to_proxy'), textArgument(proxy, 't_relay_to_proxy')),
    t_relay_to_avp: (m, [proto, avp]) => {
      const place = variables.reference(textArgument(avp, 't_relay_to_avp')).get()
      return place === null ? -1 : tm.relay(m, 0, placeOver(proto, place, 't_relay_to_avp'))
    },
    t_relay_to: (m, args) => {
      const [first, second] = args
      if (args.length < 2 && isFlags(first)) return tm.relay(m, flagsOf(first, 't_relay_to'), '')
      return tm.relay(m, flagsOf(second, 't_relay_to'), first === undefined ? '' : textArgument(first, 't_relay_to'))
    },
  }
  for (const proto of PROTOCOLS) {
    const name = `t_relay_to_${proto}`
    natives[name] = (m, args) => tm.relay(m, 0, args.length === 0 ? overProtocol(m, proto) : hostAndPort(proto, args, name))
  }
  return natives
}

/** Flags come as a number, or as its text: decimal or 0x. */
function isFlags(value: unknown): boolean {
  return typeof value === 'number' || (typeof value === 'string' && /^(?:0x[0-9a-f]+|\d+)$/i.test(value))
}

function flagsOf(value: unknown, name: string): number {
  return value === undefined ? 0 : numberArgument(value, name)
}

/** Within a transaction that t_newtran has made; they make none. */
function forwarding(env: KsrEnvironment): Readonly<Record<string, Native>> {
  const { tm } = env.services
  const forward = (m: RoutedMessage, proxy: string): number => (m.cell === null ? -1 : tm.relay(m, 0, proxy))
  const natives: Record<string, Native> = {
    t_forward_nonack: (m, args) => forward(m, hostAndPort(received(m), args, 't_forward_nonack')),
    t_forward_nonack_uri: (m) => forward(m, ''),
    t_forward_nonack_to: (m, [proto, place]) => forward(m, placeOver(proto, place, 't_forward_nonack_to')),
  }
  for (const proto of PROTOCOLS) {
    const name = `t_forward_nonack_${proto}`
    natives[name] = (m, args) => forward(m, hostAndPort(proto, args, name))
  }
  return natives
}

/** Nothing, a host and a port, or one SIP URI. */
function replica(args: Arguments): string {
  if (args.length === 0) return ''
  return args.length === 1 ? proxyOfUri(textArgument(args[0], 't_replicate')) : hostAndPort('', args, 't_replicate')
}

function replicating(env: KsrEnvironment): Readonly<Record<string, Native>> {
  const { tm } = env.services
  const natives: Record<string, Native> = {
    t_replicate: (m, args) => tm.replicate(m, replica(args)),
    t_replicate_to: (m, [proto, place]) => tm.replicate(m, placeOver(proto, place, 't_replicate_to')),
  }
  for (const proto of PROTOCOLS) {
    const name = `t_replicate_${proto}`
    natives[name] = (m, args) => tm.replicate(m, hostAndPort(proto, args, name))
  }
  return natives
}

function settings(env: KsrEnvironment): Readonly<Record<string, Native>> {
  const { tm } = env.services
  const records = new ContactRecords(env)
  return {
    t_set_fr: (m, [invite, other]) => tm.setFr(m, numberArgument(invite, 't_set_fr'), flagsOf(other, 't_set_fr')),
    t_disable_e2e_cancel_reason: (m, [on]) =>
      tm.setFlag(m, TransactionFlag.NO_E2E_CANCEL_REASON, numberArgument(on, 't_disable_e2e_cancel_reason') !== 0),
    t_drop_replies: (m, [mode]) => tm.dropReplies(m, mode === undefined ? 'a' : textArgument(mode, 't_drop_replies')),
    t_load_contacts: (m, [mode]) => records.load(m, flagsOf(mode, 't_load_contacts')),
    t_lookup_cancel: (m, [copy]) => tm.lookupCancel(m, flagsOf(copy, 't_lookup_cancel') === 1),
  }
}

function transactions(env: KsrEnvironment): Readonly<Record<string, Native>> {
  const { tm } = env.services
  return {
    t_msg_apply_changes: (m) => tm.applyChanges(m),
    t_cell_append_branches: (m, [index, label]) =>
      tm.appendBranches(m, numberArgument(index, 't_cell_append_branches'), numberArgument(label, 't_cell_append_branches')),
    t_cancel_branch_idx: (m, [index]) => tm.cancelBranchIndex(m, numberArgument(index, 't_cancel_branch_idx')),
    t_cancel_callid: (_m, [callId, cseq, flag, code]) =>
      tm.cancelCallId(textArgument(callId, 't_cancel_callid'), numberArgument(cseq, 't_cancel_callid'), {
        flag: flagsOf(flag, 't_cancel_callid'),
        status: flagsOf(code, 't_cancel_callid'),
      }),
    t_drop: (m, [code]) => tm.drop(m, code === undefined ? 500 : numberArgument(code, 't_drop')),
  }
}

/** Parameters of a group instance, until the route ends (script-reference 1.5). */
function selection(env: KsrEnvironment): Readonly<Record<string, Native>> {
  const { settings: selected } = env.services
  return {
    cfg_select: (_m, [group, id]) => (selected.select(textArgument(group, 'cfg_select'), numberArgument(id, 'cfg_select')) ? 1 : -1),
    cfg_reset: (_m, [group]) => (selected.reset(textArgument(group, 'cfg_reset')) ? 1 : -1),
  }
}

/** Flags of a branch that is on its way already. */
function virtualFlags(env: KsrEnvironment): Readonly<Record<string, Native>> {
  const { tm } = env.services
  const flag =
    (name: string, action: 'set' | 'reset' | 'ask'): Native =>
    (m, [bit]) =>
      tm.branchFlag(m, numberArgument(bit, name), action)
  return {
    t_vbflag_set: flag('t_vbflag_set', 'set'),
    t_vbflag_reset: flag('t_vbflag_reset', 'reset'),
    t_vbflag_is_set: flag('t_vbflag_is_set', 'ask'),
  }
}
