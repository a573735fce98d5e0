import type { RoutedMessage } from '../../forward/routed-message.ts'
import type { KsrEnvironment } from '../ksr-environment.ts'
import type { PvAccess, PvDefinition } from './pv-definition.ts'
import type { PvSpec } from './pv-spec.ts'
import type { PvReference, PvValue } from './pv-value.ts'

type Getter = () => PvValue

/** Variables about the transaction at hand (tm-reference 8.4). `compile` makes the variable in $T_req(...) and its like. */
export function transactionVariables(env: KsrEnvironment, compile: (text: string) => PvReference): ReadonlyMap<string, PvDefinition> {
  const { tm } = env.services
  return new Map<string, PvDefinition>([
    ['T_branch_idx', plain(() => tm.branchIndex(env.current()))],
    ['T_reply_code', plain(() => replyCode(env))],
    ['T_reply_reason', plain(() => tm.replyFacts(env.current())?.reason ?? null)],
    ['T_reply_ruid', plain(() => tm.replyFacts(env.current())?.ruid || null)],
    ['T_reply_last', plain(() => tm.lastReply(env.current()))],
    ['ruid', plain(() => env.current().ruid || null)],
    ['T', part(facts(env))],
    ['T_branch', part(branch(env))],
    ['T_req', (spec) => elsewhere(env, spec, { compile, find: (m) => tm.requestOf(m) })],
    ['T_rpl', (spec) => elsewhere(env, spec, { compile, find: (m) => (m.message.isRequest ? tm.replyOf(m) : m) })],
    ['T_inv', (spec) => elsewhere(env, spec, { compile, find: (m) => tm.inviteOf(m) })],
  ])
}

function plain(get: Getter): PvDefinition {
  return () => ({ get })
}

/** `$T(name)`: null for a name that does not exist. */
function part(getters: Readonly<Record<string, Getter>>): PvDefinition {
  return ({ inner }) => (Object.hasOwn(getters, inner) ? { get: getters[inner] } : null)
}

function replyCode(env: KsrEnvironment): number {
  return Math.max(0, env.services.tm.statusCode(env.current()))
}

function facts(env: KsrEnvironment): Readonly<Record<string, Getter>> {
  const { tm } = env.services
  return {
    id_index: () => env.current().cell?.index ?? null,
    id_label: () => env.current().cell?.label ?? null,
    id_index_n: () => env.current().cell?.index ?? 0,
    id_label_n: () => env.current().cell?.label ?? 0,
    reply_code: () => replyCode(env),
    reply_reason: () => tm.replyFacts(env.current())?.reason ?? null,
    /** 1: made here. */
    reply_type: () => (tm.replyFacts(env.current())?.local === true ? 1 : 0),
    branch_index: () => tm.branchIndex(env.current()),
  }
}

function branch(env: KsrEnvironment): Readonly<Record<string, Getter>> {
  return {
    uri: () => env.current().currentUri(),
    flags: () => env.current().branchFlags,
    ruid: () => env.current().ruid || null,
  }
}

/** A variable of another message: `$T_req(ru)`, `$T_req($ru)`. */
function elsewhere(
  env: KsrEnvironment,
  { inner }: PvSpec,
  { compile, find }: { readonly compile: (text: string) => PvReference; readonly find: (m: RoutedMessage) => RoutedMessage | null },
): PvAccess | null {
  if (inner === '') return null
  const reference = compile(inner.startsWith('$') ? inner : `$${inner}`)
  return {
    get() {
      const m = find(env.current())
      return m === null ? null : env.scope.borrow(m, () => reference.get())
    },
  }
}
