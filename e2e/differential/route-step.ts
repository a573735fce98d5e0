/** A step of a routing script in both languages: Kamailio's own, and JavaScript with KSR. `{a}` stands for the address of callee a. */
export interface Step {
  readonly cfg: string
  readonly ksr: string
}

function step(cfg: string, ksr: string): Step {
  return { cfg, ksr }
}

function text(value: string): string {
  return JSON.stringify(value)
}

function all(steps: readonly Step[]): Step {
  return { cfg: steps.map(({ cfg }) => cfg).join(' '), ksr: steps.map(({ ksr }) => ksr).join(' ') }
}

/** The callees that get the request at once, the first in the Request-URI. */
export function fork(first: string, ...others: readonly string[]): Step {
  return all([step(`$ru = "sip:${first}@{${first}}";`, `KSR.seturi("sip:${first}@{${first}}");`), ...others.map((name) => alsoTo(name))])
}

export function alsoTo(name: string, q = ''): Step {
  const uri = `sip:${name}@{${name}}`
  if (q === '') return step(`append_branch("${uri}");`, `KSR.corex.append_branch_uri("${uri}");`)
  return step(`append_branch("${uri}", "${q}");`, `KSR.corex.append_branch_uri_q("${uri}", "${q}");`)
}

export function setUri(uri: string): Step {
  return step(`$ru = ${text(uri)};`, `KSR.seturi(${text(uri)});`)
}

/** For the Request-URI. */
export const redirectFlags = step('setbflag(3);', 'KSR.setbflag(3);')

/** Of the first target beside the Request-URI. */
export function targetPath(path: string): Step {
  return step(`$(branch(path)[0]) = ${text(path)};`, `KSR.pv.sets("$(branch(path)[0])", ${text(path)});`)
}

export const loadContacts = step('t_load_contacts();', 'KSR.tm.t_load_contacts();')

/** The next group of contacts is relayed to; nothing happens when none is left. */
export function relayToNext(hook: string): Step {
  const armed = onFailure(hook)
  return step(`if (t_next_contacts()) { ${armed.cfg} t_relay(); }`, `if (KSR.tm.t_next_contacts() > 0) { ${armed.ksr} KSR.tm.t_relay(); }`)
}

/** A request of the proxy itself to that callee. */
export function localRequest(method: string, to: string): Step {
  const headers = 'From: <sip:proxy@example.org>;tag=own\\r\\nTo: <sip:somebody@example.org>\\r\\n'
  const args = `"${method}", "sip:${to}@{${to}}", "", "", "${headers}", ""`
  return step(`t_uac_send(${args});`, `KSR.tm.t_uac_send(${args});`)
}

/** The same, recorded as a part of the scenario, whose routes it goes through. */
export function ownRequest(method: string, to: string): Step {
  const lines = ['From: <sip:proxy@example.org>;tag=own', 'To: <sip:somebody@example.org>', 'X-Scenario: ROUTE_']
  const headers = lines.map((line) => `${line}\\r\\n`).join('')
  return step(
    `t_uac_send("${method}", "sip:${to}@{${to}}", "", "", "${headers}X-For: $ci\\r\\n", "");`,
    `KSR.tm.t_uac_send("${method}", "sip:${to}@{${to}}", "", "", "${headers}X-For: " + KSR.pv.get("$ci") + "\\r\\n", "");`,
  )
}

/** With the answer that a script writer gives when it fails. */
export const relay = step('if (!t_relay()) { sl_reply_error(); }', 'if (KSR.tm.t_relay() < 0) KSR.sl.sl_reply_error();')
/** As in failure routes. */
export const relayOn = step('t_relay();', 'KSR.tm.t_relay();')
export const relayOverTcp = step(
  'if (!t_relay_to_tcp()) { sl_reply_error(); }',
  "if (KSR.x.modf('t_relay_to_tcp') < 0) KSR.sl.sl_reply_error();",
)
/** A copy to that callee, whose replies go nowhere. */
export function replicate(to: string): Step {
  return step(`t_replicate("127.0.0.1", "{${to}:port}");`, `KSR.x.modf('t_replicate', '127.0.0.1', '{${to}:port}');`)
}

/** The transaction waits until some other request goes on with it. */
export const suspend = step(
  't_suspend(); $shv(index) = $T(id_index); $shv(label) = $T(id_label); exit;',
  "KSR.tmx.t_suspend(); globalThis.waiting = [KSR.pv.get('$T(id_index)'), KSR.pv.get('$T(id_label)')]; KSR.x.exit();",
)

export function goOn(route: string): Step {
  return step(`t_continue("$shv(index)", "$shv(label)", "ROUTE_${route}");`, `KSR.tmx.t_continue(...globalThis.waiting, 'ROUTE_${route}');`)
}

export function ifMethod(method: string, ...steps: readonly Step[]): Step {
  const body = all(steps)
  return step(`if (is_method("${method}")) { ${body.cfg} }`, `if (KSR.is_method("${method}")) { ${body.ksr} }`)
}

export const newTransaction = step('t_newtran();', 'KSR.tm.t_newtran();')
export const release = step('t_release();', 'KSR.tm.t_release();')
export const exit = step('exit;', 'KSR.x.exit();')
export const drop = step('drop;', 'KSR.x.drop();')
export const recordRoute = step('record_route();', 'KSR.rr.record_route();')
export const forceRport = step('force_rport();', 'KSR.force_rport();')

export function reply(code: number, reason: string): Step {
  return step(`t_reply("${code}", ${text(reason)});`, `KSR.tm.t_reply(${code}, ${text(reason)});`)
}

export function sendReply(code: number, reason: string): Step {
  return step(`t_send_reply("${code}", ${text(reason)});`, `KSR.tm.t_send_reply(${code}, ${text(reason)});`)
}

export function statelessReply(code: number, reason: string): Step {
  return step(`sl_send_reply("${code}", ${text(reason)});`, `KSR.sl.sl_send_reply(${code}, ${text(reason)});`)
}

export function onFailure(route: string): Step {
  return step(`t_on_failure("ROUTE_${route}");`, `KSR.tm.t_on_failure("ROUTE_${route}");`)
}

export function onBranch(route: string): Step {
  return step(`t_on_branch("ROUTE_${route}");`, `KSR.tm.t_on_branch("ROUTE_${route}");`)
}

export function onReply(route: string): Step {
  return step(`t_on_reply("ROUTE_${route}");`, `KSR.tm.t_on_reply("ROUTE_${route}");`)
}

export function onBranchFailure(route: string): Step {
  return step(`t_on_branch_failure("ROUTE_${route}");`, `KSR.tm.t_on_branch_failure("ROUTE_${route}");`)
}

/** Milliseconds; 0 keeps. */
export function setFr(invite: number, other: number): Step {
  return step(`t_set_fr("${invite}", "${other}");`, `KSR.tm.t_set_fr(${invite}, ${other});`)
}

export function setMaxLifetime(invite: number, other: number): Step {
  return step(`t_set_max_lifetime("${invite}", "${other}");`, `KSR.tm.t_set_max_lifetime(${invite}, ${other});`)
}

export function setRetransmission(t1: number, t2: number): Step {
  return step(`t_set_retr("${t1}", "${t2}");`, `KSR.tm.t_set_retr(${t1}, ${t2});`)
}

export function setAuto100(on: 0 | 1): Step {
  return step(`t_set_auto_inv_100("${on}");`, `KSR.tm.t_set_auto_inv_100(${on});`)
}

export const disable6xx = step('t_set_disable_6xx("1");', 'KSR.tm.t_set_disable_6xx(1);')
export const noCancelReason = step('t_set_no_e2e_cancel_reason("1");', 'KSR.tm.t_set_no_e2e_cancel_reason(1);')

export function dropReplies(mode: 'a' | 'l' | 'n'): Step {
  return step(`t_drop_replies("${mode}");`, `KSR.tm.t_drop_replies("${mode}");`)
}

export function cancelBranches(which: 'all' | 'others' | 'this'): Step {
  return step(`t_cancel_branches("${which}");`, `KSR.tmx.t_cancel_branches("${which}");`)
}

export function addHeader(line: string): Step {
  return step(`append_hf(${text(`${line}\r\n`)});`, `KSR.hdr.append(${text(`${line}\r\n`)});`)
}

export function addReplyHeader(line: string): Step {
  return step(`append_to_reply(${text(`${line}\r\n`)});`, `KSR.hdr.append_to_reply(${text(`${line}\r\n`)});`)
}

export function removeHeader(name: string): Step {
  return step(`remove_hf("${name}");`, `KSR.hdr.remove("${name}");`)
}

/** Runs `steps` when the function, known by both, answers above 0. */
function when(cfg: string, ksr: string, steps: readonly Step[]): Step {
  const body = all(steps)
  return step(`if (${cfg}) { ${body.cfg} }`, `if (${ksr} > 0) { ${body.ksr} }`)
}

export function ifStatus(pattern: string, ...steps: readonly Step[]): Step {
  return when(`t_check_status("${pattern}")`, `KSR.tm.t_check_status("${pattern}")`, steps)
}

export function ifCancelled(...steps: readonly Step[]): Step {
  return when('t_is_canceled()', 'KSR.tm.t_is_canceled()', steps)
}

export function ifTimeout(...steps: readonly Step[]): Step {
  return when('t_branch_timeout()', 'KSR.tm.t_branch_timeout()', steps)
}

export function ifReplied(...steps: readonly Step[]): Step {
  return when('t_branch_replied()', 'KSR.tm.t_branch_replied()', steps)
}

export function ifAnyTimeout(...steps: readonly Step[]): Step {
  return when('t_any_timeout()', 'KSR.tm.t_any_timeout()', steps)
}

export function ifAnyReplied(...steps: readonly Step[]): Step {
  return when('t_any_replied()', 'KSR.tm.t_any_replied()', steps)
}

export function ifGrep(status: number, ...steps: readonly Step[]): Step {
  return when(`t_grep_status("${status}")`, `KSR.tm.t_grep_status(${status})`, steps)
}

/** In a branch route: only for the branch to that callee. */
export function ifBranchTo(name: string, ...steps: readonly Step[]): Step {
  const body = all(steps)
  return step(`if ($rU == "${name}") { ${body.cfg} }`, `if (KSR.kx.get_ruser() === "${name}") { ${body.ksr} }`)
}
