import type { Scenario, TmParameters } from './scenario.ts'
import type { Step } from './route-step.ts'

export type Addresses = Readonly<Record<string, string>>
export type AddressesOf = (scenario: Scenario) => Addresses

/** Steps as text, with the names of this scenario's routes and the callees' addresses filled in. */
export function fill(steps: readonly Step[], language: keyof Step, id: string, addresses: Addresses): string {
  const text = steps.map((step) => `  ${step[language]}`).join('\n')
  return text.replaceAll('ROUTE_', `${id}_`).replace(/\{(\w+(?::port)?)\}/g, (whole, name: string) => addresses[name] ?? whole)
}

const modules = ['jsonrpcs', 'kex', 'corex', 'tm', 'tmx', 'sl', 'rr', 'pv', 'maxfwd', 'siputils', 'textops', 'xhttp']

function routeBlocks(scenario: Scenario, addresses: Addresses): string {
  const { id, routes } = scenario
  const block = (head: string, steps: readonly Step[]): string => `${head} {\n${fill(steps, 'cfg', id, addresses)}\n}\n`
  const named = (kind: (name: string) => string, hooks: Readonly<Record<string, readonly Step[]>> = {}): string =>
    Object.entries(hooks)
      .map(([name, steps]) => block(kind(`${id}_${name}`), steps))
      .join('')
  return (
    block(`route[${id}]`, routes.request) +
    named((name) => `failure_route[${name}]`, routes.failure) +
    named((name) => `branch_route[${name}]`, routes.branch) +
    named((name) => `onreply_route[${name}]`, routes.reply) +
    named((name) => `event_route[tm:branch-failure:${name}]`, routes.branchFailure) +
    named((name) => `route[${name}]`, routes.continued)
  )
}

/** An event route may not be empty. */
function localRequestRoute(scenarios: readonly Scenario[], addressesOf: AddressesOf): string {
  const cases = scenarios
    .filter(({ routes }) => routes.localRequest !== undefined)
    .map((scenario) => {
      const steps = fill(scenario.routes.localRequest ?? [], 'cfg', scenario.id, addressesOf(scenario))
      return `  if ($hdr(X-Scenario) == "${scenario.id}_") {\n${steps}\n  }`
    })
  return cases.length === 0 ? '' : `event_route[tm:local-request] {\n${cases.join('\n')}\n}`
}

/** kamailio.cfg with one route for each scenario; what comes before it is the same as in ksr-script.ts. */
export function kamailioConfig(scenarios: readonly Scenario[], addressesOf: AddressesOf, tm: TmParameters, sipPort: number): string {
  return `
debug=0
log_stderror=yes
children=1
tcp_children=1
auto_aliases=no
${scenarios.some(({ names }) => names === true) ? 'use_dns_failover=on\n' : ''}tcp_accept_no_cl=yes
listen=udp:127.0.0.1:${sipPort}
listen=tcp:127.0.0.1:${sipPort}
mpath="/usr/lib/x86_64-linux-gnu/kamailio/modules/"
${modules.map((name) => `loadmodule "${name}.so"`).join('\n')}
modparam("jsonrpcs", "transport", 1)
modparam("tm", "contacts_avp", "tm_contacts")
modparam("tm", "contact_flows_avp", "tm_contact_flows")
${Object.entries(tm)
  .map(([name, value]) => `modparam("tm", "${name}", ${JSON.stringify(value)})`)
  .join('\n')}
request_route {
  if (!mf_process_maxfwd_header("70")) { sl_send_reply("483", "Too Many Hops"); exit; }
  if (is_method("CANCEL")) {
    if (t_check_trans()) { t_relay(); exit; }
  } else {
    if (!is_method("ACK")) { if (t_precheck_trans()) { t_check_trans(); exit; } }
    t_check_trans();
    if (has_totag()) {
      loose_route();
      if (!t_relay()) { sl_reply_error(); }
      exit;
    }
  }
${scenarios.map(({ id }) => `  if ($rU == "${id}") { route(${id}); exit; }`).join('\n')}
  if (!is_method("ACK")) { sl_send_reply("404", "Not Found"); }
}
onreply_route[stray] {
  if (is_present_hf("X-Drop-Stray")) { drop; }
}
reply_route {
  if (is_present_hf("X-Drop-Early")) { drop; }
  if (is_present_hf("X-Mark-Early")) { append_hf("X-Marked: yes\\r\\n"); }
}
${scenarios.map((scenario) => routeBlocks(scenario, addressesOf(scenario))).join('\n')}
${localRequestRoute(scenarios, addressesOf)}
event_route[xhttp:request] { jsonrpc_dispatch(); }
`
}
