/** One thing that can be set: as a flag, as an environment variable, and (all but `config`) as a key of the configuration file. */
export interface Option {
  /** Name of the flag without the dashes, and of the key in the file. */
  readonly key: string
  readonly section: 'SIP' | 'Control and console' | 'Process'
  /** How the value is written; '' for a switch. */
  readonly value: string
  readonly repeatable?: boolean
  readonly help: string
  /** The value when nobody sets one, as it would be written; several for a repeatable option. */
  readonly initial: readonly string[]
  /** What the help says about the default when there is none to print. */
  readonly initialText?: string
}

/** Every option, in the order of the help. */
export const options = [
  {
    key: 'listen',
    section: 'SIP',
    value: 'PROTO:HOST:PORT',
    repeatable: true,
    help: 'Where SIP is served. PROTO is udp or tcp; IPv6 in brackets; 0.0.0.0 or [::] for every address of the machine.',
    initial: ['udp:127.0.0.1:5060', 'tcp:127.0.0.1:5060'],
  },
  {
    key: 'gateway',
    section: 'SIP',
    value: 'sip:HOST:PORT[;transport=tcp]',
    repeatable: true,
    help: 'Where requests go that match no registered user and no Route.',
    initial: [],
    initialText: 'none; unknown users get 404',
  },
  {
    key: 'script',
    section: 'SIP',
    value: 'FILE',
    help: 'Routing script in JavaScript (KSR object). It can be changed and reloaded while calls run.',
    initial: [],
    initialText: 'default-script.js (shipped)',
  },
  {
    key: 'dns-server',
    section: 'SIP',
    value: 'ADDRESS[:PORT]',
    repeatable: true,
    help: 'Name server that is asked for the addresses of next hops; the first that can tell is believed.',
    initial: [],
    initialText: 'those of the system (/etc/resolv.conf)',
  },
  {
    key: 'http',
    section: 'Control and console',
    value: 'HOST:PORT',
    help: 'Console, API, /RPC, /metrics and /healthz on one port. Wider than loopback needs a token, which is made and printed.',
    initial: ['127.0.0.1:8060'],
  },
  {
    key: 'engine-only',
    section: 'Control and console',
    value: '',
    help: 'No API and no console; the engine itself serves /RPC, /metrics and /healthz.',
    initial: ['false'],
  },
  {
    key: 'demo',
    section: 'Control and console',
    value: '',
    help: 'Also run a small traffic generator on loopback: registered phones that call each other.',
    initial: ['false'],
  },
  {
    key: 'data-dir',
    section: 'Process',
    value: 'DIR',
    help: 'Registrations, the control socket and the token live here.',
    initial: ['.signalbox'],
  },
  {
    key: 'registration-sync',
    section: 'Process',
    value: 'WHEN',
    help: 'A REGISTER is answered when the death of the process cannot undo it. When it reaches the disk: second (a power cut may cost the last second) or always (before the answer; costs CPU and time).',
    initial: ['second'],
  },
  {
    key: 'workers',
    section: 'Process',
    value: 'N',
    help: 'SIP threads. They share the listening ports; each call belongs to one of them.',
    initial: [],
    initialText: 'half of the cores, from 1 to 4; 1 elsewhere than on Linux, and with port 0',
  },
  {
    key: 'log-level',
    section: 'Process',
    value: 'LEVEL',
    help: 'alert, bug, critical, error, warn, notice, info or debug, or their numbers -3 to 4. Can be changed while running.',
    initial: ['notice'],
  },
  {
    key: 'shutdown-timeout',
    section: 'Process',
    value: 'MS',
    help: 'After SIGTERM or Ctrl-C, running transactions may take this long to finish.',
    initial: ['5000'],
  },
  {
    key: 'config',
    section: 'Process',
    value: 'FILE',
    help: 'Configuration file with the same keys, and a [tm] table with the parameters of the transaction module.',
    initial: [],
    initialText: './signalbox.toml, if it is there',
  },
] as const satisfies readonly Option[]

export type OptionKey = (typeof options)[number]['key']

export const optionKeys: readonly OptionKey[] = options.map((option) => option.key)

/** The option with that key; undefined when there is none. */
export function findOption(key: string): (Option & { readonly key: OptionKey }) | undefined {
  return options.find((option) => option.key === key)
}

/** `SIGNALBOX_DATA_DIR` for `data-dir`. */
export function environmentName(key: OptionKey): string {
  return `SIGNALBOX_${key.toUpperCase().replaceAll('-', '_')}`
}
