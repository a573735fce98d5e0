import { spawnSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { startChild } from './child.ts'
import { freePort } from './free-port.ts'
import { toolPath } from './need.ts'
import type { Rpc } from './rpc.ts'
import { rpcOver } from './rpc.ts'
import { waitUntil } from './wait-until.ts'

export interface Kamailio {
  readonly sipPort: number
  readonly rpc: Rpc
  readonly output: () => string
  readonly stop: () => Promise<void>
}

/** The routing of our default script, as far as the scenarios need it, in Kamailio's own language. */
function configuration(sipPort: number, tm: Readonly<Record<string, number | string>>): string {
  const modules = [
    'jsonrpcs',
    'kex',
    'corex',
    'tm',
    'tmx',
    'sl',
    'rr',
    'pv',
    'maxfwd',
    'usrloc',
    'registrar',
    'siputils',
    'textops',
    'xhttp',
  ]
  const parameters = Object.entries(tm).map(([name, value]) => `modparam("tm", "${name}", ${JSON.stringify(value)})`)
  return `
debug=0
log_stderror=yes
children=2
tcp_children=2
auto_aliases=no
tcp_accept_no_cl=yes
listen=udp:127.0.0.1:${sipPort}
listen=tcp:127.0.0.1:${sipPort}
mpath="/usr/lib/x86_64-linux-gnu/kamailio/modules/"
${modules.map((name) => `loadmodule "${name}.so"`).join('\n')}
modparam("jsonrpcs", "transport", 1)
${parameters.join('\n')}
request_route {
  if (!mf_process_maxfwd_header("10")) { sl_send_reply("483", "Too Many Hops"); exit; }
  if (is_method("CANCEL")) { if (t_check_trans()) t_relay(); exit; }
  if (has_totag()) {
    if (loose_route() || is_method("ACK")) { if (!t_relay()) sl_reply_error(); }
    else sl_send_reply("404", "Not here");
    exit;
  }
  if (is_method("OPTIONS") && uri == myself) { sl_send_reply("200", "OK"); exit; }
  if (is_method("REGISTER")) { if (!save("location")) sl_reply_error(); exit; }
  if (is_method("INVITE")) record_route();
  if (!lookup("location")) { sl_send_reply("404", "Not Found"); exit; }
  if (!t_relay()) sl_reply_error();
}
event_route[xhttp:request] { jsonrpc_dispatch(); }
`
}

/** Debian's Kamailio in the foreground on a free port: the judge of what the counters do. */
export async function startKamailio(tm: Readonly<Record<string, number | string>>): Promise<Kamailio> {
  return startKamailioWith((sipPort) => configuration(sipPort, tm))
}

/** Whoever may not change what a process sees of the file system cannot tell it another name server. */
export function missingNamespaces(): boolean {
  return process.getuid?.() !== 0 || spawnSync('unshare', ['-m', 'true']).status !== 0
}

/** The command with a /etc/resolv.conf of its own, in a mount namespace of its own. */
async function withNameServer(address: string, folder: string, command: readonly string[]): Promise<readonly string[]> {
  const file = join(folder, 'resolv.conf')
  await writeFile(file, `nameserver ${address}\n`)
  return ['unshare', '-m', 'sh', '-c', 'mount --bind "$0" /etc/resolv.conf && exec "$@"', file, ...command]
}

/** The same with a configuration of one's own; it must answer JSON-RPC over HTTP on its SIP port. */
export async function startKamailioWith(configurationFor: (sipPort: number) => string, nameServer = ''): Promise<Kamailio> {
  const folder = await mkdtemp(join(tmpdir(), 'signalbox-kamailio-'))
  const sipPort = await freePort()
  const file = join(folder, 'kamailio.cfg')
  await writeFile(file, configurationFor(sipPort))
  const command = [toolPath('kamailio'), '-DD', '-E', '-f', file, '-w', folder, '-Y', folder, '-m', '32', '-M', '8']
  const [program = '', ...args] = nameServer === '' ? command : await withNameServer(nameServer, folder, command)
  const child = startChild(program, args)
  const rpc = rpcOver(`http://127.0.0.1:${sipPort}/RPC`)
  const stop = async (): Promise<void> => {
    await child.stop()
    await rm(folder, { recursive: true, force: true })
  }
  try {
    await waitUntil('Kamailio to answer core.uptime', () => (child.running() ? rpc('core.uptime') : null), 30_000)
    if (!child.running()) throw new Error('it ended at once')
  } catch (problem) {
    await stop()
    throw new Error(`Kamailio did not start; it printed:\n${child.output()}`, { cause: problem })
  }
  return { sipPort, rpc, output: child.output, stop }
}
