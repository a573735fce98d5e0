import type { Scenario } from './scenario.ts'
import type { Step } from './route-step.ts'
import { fill } from './kamailio-config.ts'
import type { Addresses, AddressesOf } from './kamailio-config.ts'

function routeFunctions(scenario: Scenario, addresses: Addresses): string {
  const { id, routes } = scenario
  const named = (name: string, steps: readonly Step[]): string => `function ${name}() {\n${fill(steps, 'ksr', id, addresses)}\n}\n`
  const hooks = [routes.failure, routes.branch, routes.reply, routes.branchFailure, routes.continued].flatMap((group) =>
    Object.entries(group ?? {}),
  )
  return named(id, routes.request) + hooks.map(([name, steps]) => named(`${id}_${name}`, steps)).join('')
}

/** The routing script for Signalbox; what comes before the scenarios is the same as in kamailio-config.ts. */
export function ksrScript(scenarios: readonly Scenario[], addressesOf: AddressesOf): string {
  return `
const routes = { ${scenarios.map(({ id }) => id).join(', ')} }
function ksr_request_route() {
  if (KSR.maxfwd.process_maxfwd(70) < 0) { KSR.sl.sl_send_reply(483, 'Too Many Hops'); return }
  if (KSR.is_CANCEL()) {
    if (KSR.tm.t_check_trans() > 0) { KSR.tm.t_relay(); return }
  } else {
    if (!KSR.is_ACK() && KSR.tmx.t_precheck_trans() > 0) { KSR.tm.t_check_trans(); return }
    if (KSR.tm.t_check_trans() === 0) return
    if (KSR.siputils.has_totag() > 0) {
      KSR.rr.loose_route()
      if (KSR.tm.t_relay() < 0) KSR.sl.sl_reply_error()
      return
    }
  }
  const route = routes[KSR.kx.gete_ruser()]
  if (route !== undefined) route()
  else if (!KSR.is_ACK()) KSR.sl.sl_send_reply(404, 'Not Found')
}
function own() {
  switch (KSR.pv.get('$hdr(X-Scenario)')) {
${scenarios
  .filter(({ routes }) => routes.localRequest !== undefined)
  .map((scenario) => {
    const steps = fill(scenario.routes.localRequest ?? [], 'ksr', scenario.id, addressesOf(scenario))
    return `    case '${scenario.id}_': {\n${steps}\n    }`
  })
  .join('\n')}
  }
}
function stray() {
  if (KSR.hdr.is_present('X-Drop-Stray') > 0) KSR.x.drop()
}
function ksr_reply_route() {
  if (KSR.hdr.is_present('X-Drop-Early') > 0) KSR.x.drop()
  if (KSR.hdr.is_present('X-Mark-Early') > 0) KSR.hdr.append('X-Marked: yes\\r\\n')
}
${scenarios.map((scenario) => routeFunctions(scenario, addressesOf(scenario))).join('\n')}
`
}
