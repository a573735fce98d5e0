import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import { formatHost } from './endpoint.ts'

/** One `--listen`. */
export interface ListenSpec {
  readonly transport: 'udp' | 'tcp'
  /** Address or host name, IPv6 with or without brackets. */
  readonly host: string
  /** 0: any free port. */
  readonly port: number
  /** Host or host:port for Via and Record-Route instead of the bound address; '' none. */
  readonly advertise?: string
}

/** `udp:127.0.0.1:5060`, as the command line writes it. */
export function formatListen(spec: Pick<ListenSpec, 'transport' | 'host' | 'port'>): string {
  return `${spec.transport}:${formatHost(bare(spec.host))}:${spec.port}`
}

export interface ListenAddress {
  readonly address: string
  readonly family: 4 | 6
  readonly wildcard: boolean
}

/** The literal address behind a `--listen`; host names are looked up once. Throws what describeListenError explains. */
export async function listenAddress(spec: ListenSpec): Promise<ListenAddress> {
  const host = bare(spec.host)
  const address = isIP(host.split('%')[0]) === 0 ? (await lookup(host)).address : host
  const family = isIP(address.split('%')[0]) === 6 ? 6 : 4
  return { address, family, wildcard: address === '0.0.0.0' || address === '::' }
}

/** A listener could not be opened; the message is the sentence for the operator. */
export class ListenError extends Error {
  constructor(spec: ListenSpec, cause: NodeJS.ErrnoException) {
    super(describeListenError(spec, cause), { cause })
    this.name = 'ListenError'
  }
}

/** One sentence: which listener could not be opened, why, and what to do. */
export function describeListenError(spec: ListenSpec, error: NodeJS.ErrnoException): string {
  const name = formatListen(spec)
  switch (error.code) {
    case 'EADDRINUSE':
      return `Cannot listen on ${name}: the port is taken by another process; stop that one or choose another port with --listen ${spec.transport}:${formatHost(bare(spec.host))}:PORT.`
    case 'EADDRNOTAVAIL':
      return `Cannot listen on ${name}: this machine has no address ${bare(spec.host)}; give one of its own addresses to --listen (0.0.0.0 or [::] for all).`
    case 'EACCES':
    case 'EPERM':
      return `Cannot listen on ${name}: no permission; ports below 1024 need a privileged user, so choose a higher port with --listen.`
    case 'EAFNOSUPPORT':
      return `Cannot listen on ${name}: this machine has no IPv${bare(spec.host).includes(':') ? 6 : 4}; remove that --listen.`
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `Cannot listen on ${name}: the host name ${spec.host} is not known; give an IP address to --listen.`
    case 'EMFILE':
      return `Cannot listen on ${name}: too many open files; raise the limit with ulimit -n.`
    default:
      return `Cannot listen on ${name}: ${error.message}.`
  }
}

function bare(host: string): string {
  return host.replace(/^\[|\]$/g, '')
}
