import type { OptionKey } from './options.ts'

/** Where SIP is served. */
export interface ListenAddress {
  readonly transport: 'udp' | 'tcp'
  /** Address or host name, IPv6 without brackets. */
  readonly host: string
  /** 0: any free port. */
  readonly port: number
}

/** A static destination for requests that match no registered user and no Route. */
export interface Gateway {
  /** Written out in full: `sip:192.0.2.1:5060;transport=tcp`. */
  readonly uri: string
  /** Address or host name, IPv6 without brackets. */
  readonly host: string
  readonly port: number
  readonly transport: 'udp' | 'tcp'
}

/** A server that answers questions about names. */
export interface NameServerAddress {
  /** IPv6 without brackets. */
  readonly address: string
  readonly port: number
}

export interface HttpAddress {
  /** Address or host name, IPv6 without brackets. */
  readonly host: string
  /** 0: any free port. */
  readonly port: number
}

/** The layer that a value comes from, the strongest first: flag, environment, file, default. */
export interface Origin {
  readonly layer: 'flag' | 'environment' | 'file' | 'default'
  /** `--listen`, `SIGNALBOX_LISTEN`, `signalbox.toml:3` or `default`. */
  readonly place: string
}

/** Everything that can be set from outside, checked. Paths are absolute. */
export interface Config {
  readonly listen: readonly ListenAddress[]
  readonly gateways: readonly Gateway[]
  /** None: those of the system. */
  readonly dnsServers: readonly NameServerAddress[]
  /** The routing script; null: the shipped default-script.js. */
  readonly script: string | null
  /** null: no HTTP. */
  readonly http: HttpAddress | null
  readonly dataDir: string
  /** The engine's unix socket, inside of `dataDir`. */
  readonly controlSocket: string
  /** When registrations reach the disk: within a second, or before their 200. */
  readonly registrationSync: 'second' | 'always'
  /** SIP threads. */
  readonly workers: number
  /** Number of the level: `logLevels` of @signalbox/contract. */
  readonly logLevel: number
  readonly demo: boolean
  readonly engineOnly: boolean
  /** How long running transactions may still take after SIGTERM, ms. */
  readonly shutdownTimeoutMs: number
  /** Parameters of the transaction module that were set, by their Kamailio names. */
  readonly tm: Readonly<Record<string, number | string>>
  /** Parameters of the core (DNS, failover, blocklist) that were set, by their Kamailio names. */
  readonly core: Readonly<Record<string, number>>
  /** What the configuration file says in vain, a sentence each. */
  readonly warnings: readonly string[]
  /** The configuration file that was read, or null. */
  readonly configFile: string | null
  /** Which layer won, per option. */
  readonly origins: Readonly<Record<OptionKey, Origin>>
}
