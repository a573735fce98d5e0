import { acceptedDifferences } from './accepted-differences.ts'
import type { RpcCall } from './rpc-calls.ts'
import type { Scenario } from './scenario.ts'

function cell(text: string): string {
  return text.replaceAll('|', '\\|')
}

type Compared = Pick<Scenario, 'id' | 'title' | 'tm' | 'differences'>

function shown(scenario: Compared): string {
  const tm = Object.entries(scenario.tm ?? {}).map(([name, value]) => `${name} ${value}`)
  return `| \`${scenario.id}\` | ${cell(scenario.title)} | ${tm.join(', ')} | ${(scenario.differences ?? []).map((id) => `[${id}](#${id})`).join(', ')} |`
}

function differenceSections(scenarios: readonly Compared[]): readonly string[] {
  return acceptedDifferences.flatMap(({ id, title, kamailio, signalbox, verdict, reason }) => {
    const seen = scenarios.filter(({ differences = [] }) => differences.includes(id)).map((scenario) => `\`${scenario.id}\``)
    return [
      `### ${id}`,
      '',
      `**${title}** (${verdict})`,
      '',
      `- Kamailio: ${kamailio}`,
      `- Signalbox: ${signalbox}`,
      `- Reason: ${reason}`,
      `- Seen in: ${seen.join(', ')}`,
      '',
    ]
  })
}

/** docs/differences.md: what the comparison with Kamailio covers, and every difference that it found with its reason. */
export function differencesDocument(scenarios: readonly Scenario[], pairs: readonly Scenario[], calls: readonly RpcCall[]): string {
  const waiting = scenarios.filter(({ notYet }) => notYet !== undefined)
  const compared = scenarios.filter(({ notYet }) => notYet === undefined)
  const alike = compared.filter(({ differences = [] }) => differences.length === 0)
  const lines = [
    '# Differences from Kamailio',
    '',
    'Generated from `e2e/differential` (`UPDATE_DIFFERENCES=1 npm test -- differences-document`); a test fails when it is out of date.',
    '',
    "Each scenario below runs against Debian's Kamailio 5.6.3 and against Signalbox, with the same parameters and the same route in the",
    'language of each. What the caller and every callee receive is compared message by message: methods, codes, reasons, bodies, all header',
    'values (but for the order of Via parameters, Server and User-Agent; tags, branches and addresses by their role), the order at each',
    'receiver, the time of each message within 170 ms, and the movement of `tm.stats`.',
    '',
    `${compared.length} scenarios, ${calls.length} calls of \`tm.t_uac_*\` and ${pairs.length} pairs of final codes in a fork; ${alike.length} scenarios and all pairs agree completely,`,
    `${compared.length - alike.length} but for the ${acceptedDifferences.length} differences listed here.`,
    '',
    '## Accepted differences',
    '',
    '"by RFC": an RFC asks for what Signalbox does. "better": no RFC decides, and it serves people better. "not yet": still to be done.',
    '',
    ...differenceSections([...compared, ...calls]),
    '## Not compared yet',
    '',
    ...(waiting.length === 0 ? ['Nothing.'] : waiting.map(({ id, title, notYet }) => `- \`${id}\`: ${title} (missing: ${notYet})`)),
    '',
    '## Scenarios',
    '',
    '| Scenario | What happens | Parameters | Differences |',
    '|---|---|---|---|',
    ...compared.map(shown),
    ...calls.map(shown),
    '',
    `Pairs of final codes: a fork in which one branch ends with the first code and the other one, 80 ms later, with the second: ${pairs
      .map(({ id }) => id.replace('pair_', '').replace('_', '/'))
      .join(', ')}.`,
    '',
  ]
  return lines.join('\n')
}
