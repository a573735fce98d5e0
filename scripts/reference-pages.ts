import { errorCatalogue, methods, type MethodDefinition } from '../packages/contract/src/index.ts'
import { coreParameters } from '../packages/proxy/src/dns/core-parameters.ts'
import { environmentName, options, type Option, type OptionKey } from '../packages/proxy/src/config/options.ts'
import { parameterAliases, type ParameterAlias } from '../packages/proxy/src/tm/parameter-aliases.ts'
import { tmParameters } from '../packages/proxy/src/tm/parameters.ts'

const GENERATED = '<!-- Written by `npm run docs` from the code; a test compares the two. -->'

/** The pages of docs/operator/ that repeat what the code knows, by file name. */
export function referencePages(): Readonly<Record<string, string>> {
  return {
    'command-line.md': page('Command line, environment and configuration file', commandLine()),
    'core-parameters.md': page('Parameters of DNS, failover and blocklist', coreParameterTable()),
    'tm-parameters.md': page('Parameters of the transaction module', parameters()),
    'rpc.md': page('RPC', rpc()),
    'errors.md': page('Errors of the API', errors()),
  }
}

function page(title: string, body: readonly string[]): string {
  return `${GENERATED}\n\n# ${title}\n\n${body.join('\n')}\n`
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)]
}

function code(text: string): string {
  return text === '' ? '' : `\`${text}\``
}

function commandLine(): readonly string[] {
  const rows = (options as readonly (Option & { readonly key: OptionKey })[]).map((option) => [
    code(`--${option.key}${option.value === '' ? '' : ` ${option.value}`}`) + (option.repeatable === true ? ' (repeatable)' : ''),
    code(environmentName(option.key)),
    option.key === 'config' ? 'no' : code(option.key),
    option.initialText ?? option.initial.map(code).join(' and '),
    option.help,
  ])
  return [
    '`npm start -- ARGS` and `npx signalbox ARGS` in a clone take the same arguments.',
    '',
    ...table(['Flag', 'Variable', 'Key in the file', 'Default', 'Meaning'], rows),
    '',
    '`--version` prints the version, `--help` all of this.',
    '',
    '- What wins: flag, then environment variable, then configuration file, then default. A list from a stronger layer replaces the weaker one.',
    '- A switch may have a value: `--demo=no`, `SIGNALBOX_DEMO=1`. Values are true, yes, on and 1, or false, no, off and 0; in the file true and false.',
    '- A variable holds a list separated by commas. An empty variable says nothing.',
    '- `SIGNALBOX_TOKEN` is the token for HTTP that others can reach; without it one is made and kept in `DATA-DIR/token`.',
    '- Relative paths start from the folder of the process, those in a configuration file from the folder of that file.',
    '- `--http none` with `--engine-only`: no HTTP at all; the unix socket `DATA-DIR/control.sock` is always there.',
    '- Exit code: 0 stopped as asked, 1 failed, 2 bad arguments or configuration.',
    '',
    '## Configuration file',
    '',
    'TOML, `./signalbox.toml` or what `--config` names. The keys are those of the table; `[tm]` holds the',
    '[parameters of the transaction module](tm-parameters.md), `[core]` those of',
    '[DNS, failover and blocklist](core-parameters.md).',
    '',
    '```toml',
    'listen = ["udp:192.0.2.10:5060", "tcp:192.0.2.10:5060", "udp:[2001:db8::10]:5060"]',
    'gateway = ["sip:192.0.2.1:5060;transport=tcp"]',
    'script = "routes.js"',
    'log-level = "info"',
    '',
    '[tm]',
    'fr_timer = 5000',
    'failure_reply_mode = 3',
    '',
    '[core]',
    'use_dns_failover = true',
    '```',
  ]
}

function parameters(): readonly string[] {
  const rows = tmParameters.map((spec) => [
    code(spec.name),
    spec.kind === 'string' ? 'text' : `${spec.min ?? ''} to ${spec.max ?? ''}${spec.unit === undefined ? '' : ` ${spec.unit}`}`,
    code(String(spec.initial)),
    spec.runtime ? 'yes' : 'no',
    spec.help,
  ])
  return [
    "Names, units and defaults are those of Kamailio's module tm. They are set in the table `[tm]` of the",
    '[configuration file](command-line.md). An unknown name or a value outside of its range ends the start with an error.',
    '',
    ...table(['Name', 'Value', 'Default', 'Run time', 'Meaning'], rows),
    '',
    'A request other than INVITE without a final reply within `fr_timer` is answered with 408 as by Kamailio, although RFC 4320 4.2 advises',
    'against it: by then the client has given up itself.',
    '',
    'Run time: `cfg.set tm NAME VALUE` changes it ([RPC](rpc.md)). All can be read with `cfg.get tm NAME`.',
    '',
    '## Other names',
    '',
    "In `[tm]` these names of OpenSIPS and of older Kamailio releases are understood too. `wt_timer` is Kamailio's: milliseconds.",
    '',
    ...table(
      ['Name', 'Meaning'],
      [...parameterAliases].map(([name, alias]) => [code(name), aliasMeaning(alias)]),
    ),
  ]
}

function coreParameterTable(): readonly string[] {
  const rows = coreParameters.map((spec) => [
    code(spec.name),
    `${spec.min} to ${spec.max}${spec.unit === undefined ? '' : ` ${spec.unit}`}`,
    code(String(spec.initial)),
    spec.help,
  ])
  return [
    "Names, units and defaults are those of Kamailio's core. They are set in the table `[core]` of the",
    '[configuration file](command-line.md) and with `cfg.set core NAME VALUE` while running ([RPC](rpc.md)). Switches may be',
    'written true and false. With the defaults a request goes to the first address of a name only, and no destination is',
    'ever blocklisted; the parameters of [tm](tm-parameters.md) that begin with `blst_`, `failover_reply_codes` and',
    '`reparse_on_dns_failover` need `use_dst_blocklist` or `use_dns_failover`.',
    '',
    ...table(['Name', 'Value', 'Default', 'Meaning'], rows),
    '',
    'Names are looked for in `/etc/hosts`, then asked of the name servers of `/etc/resolv.conf` (or of `--dns-server`), over UDP,',
    'and over TCP when the answer is too long; then, unless `--dns-server` is given, of the resolver of the system, which may know',
    'other ways. Records are kept for their TTL within `dns_cache_min_ttl` and `dns_cache_max_ttl`, 60 s where only the system knew',
    'them. "No such name" is kept for as long as the SOA record of its zone says (RFC 2308), `dns_cache_negative_ttl` at most. When',
    'no name server answers, old records serve for up to an hour more.',
  ]
}

function aliasMeaning(alias: ParameterAlias): string {
  if ('warning' in alias) return `${alias.warning}; a warning says so`
  if ('inverted' in alias) return `${code(alias.name)}, 1 and 0 changed round`
  return alias.factor === 1 ? code(alias.name) : `${code(alias.name)} in seconds`
}

function rpc(): readonly string[] {
  const all = Object.values(methods) as readonly MethodDefinition[]
  const rows = all.map((method) => [
    `[${code(method.name)}](#${method.name.toLowerCase().replaceAll('.', '')})`,
    method.readOnly ? 'no' : 'yes',
    method.help,
  ])
  return [
    'JSON-RPC 2.0, in three places:',
    '',
    '- `POST /RPC` on `--http`, in the manner of `kamctl` (pretty JSON, HTTP status = fault code);',
    '- `POST /api/v1/rpc/METHOD`, with the other resources described by `/openapi.json`;',
    '- the unix socket `DATA-DIR/control.sock`, one message a line, in both directions.',
    '',
    'What they have in common, and which faults they give: [decisions and faults](rpc-faults.md).',
    '',
    "On `/RPC` a request without `id` is answered, without `id`, as by Kamailio's jsonrpcs; a batch, which jsonrpcs does not carry out",
    'either, is refused. The unix socket keeps to JSON-RPC 2.0: no answer to a notification, batches are taken.',
    '',
    '```',
    `curl -s http://127.0.0.1:8060/RPC -H 'Content-Type: application/json' -d '{"jsonrpc":"2.0","id":1,"method":"tm.stats"}'`,
    '```',
    '',
    ...table(['Method', 'Changes something', 'Meaning'], rows),
    ...all.flatMap(methodSection),
  ]
}

function methodSection(method: MethodDefinition): readonly string[] {
  const rows = method.parameters.map(({ name, required, help }) => [code(name), required ? 'yes' : 'no', help])
  return [
    '',
    `## ${method.name}`,
    '',
    `${method.help}${method.streaming ? ' On the unix socket only.' : ''}`,
    ...(rows.length === 0 ? [] : ['', ...table(['Parameter', 'Required', 'Meaning'], rows)]),
    '',
    '```json',
    JSON.stringify({ params: method.example.params, result: method.example.result }, null, 2),
    '```',
  ]
}

function errors(): readonly string[] {
  const rows = Object.entries(errorCatalogue).map(([name, { status, message }]) => [code(name), String(status), message])
  return [
    'Below `/api/v1` an error is `{ "error": { "code", "message", "detail"?, "fault"? } }`; on the [WebSocket](websocket.md)',
    '`{ "op": "error", "code", "message", "topic"?, "fault"? }`. The codes are stable. When each comes and what to do about it:',
    '[error codes](../../packages/contract/docs/error-codes.md).',
    '',
    ...table(['Code', 'HTTP status', 'Message'], rows),
  ]
}
