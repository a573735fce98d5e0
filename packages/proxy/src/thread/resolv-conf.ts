import { isIP } from 'node:net'

/** Address and port of a name server. */
export interface NameServer {
  readonly address: string
  readonly port: number
}

/** What a resolv.conf says, with the defaults of resolv.conf(5). */
export interface ResolvConf {
  /** None: the file names none. */
  readonly servers: readonly NameServer[]
  /** Domains that names of fewer than `ndots` dots are looked for in. */
  readonly search: readonly string[]
  readonly ndots: number
  /** Wait for one server, ms. */
  readonly timeout: number
  /** Rounds over all servers. */
  readonly attempts: number
}

export const DNS_PORT = 53
const MOST_NDOTS = 15
const LONGEST_TIMEOUT = 30
const MOST_ATTEMPTS = 5

/** Lines that it does not know say nothing, as everywhere where this file is read. */
export function parseResolvConf(text: string): ResolvConf {
  const servers: NameServer[] = []
  let search: readonly string[] = []
  const options = { ndots: 1, timeout: 5, attempts: 2 }
  for (const line of text.split('\n')) {
    const [keyword, ...words] = line
      .replace(/[#;].*/, '')
      .trim()
      .split(/\s+/)
    if (keyword === 'nameserver' && words.length > 0 && isIP(words[0]) !== 0) servers.push({ address: words[0], port: DNS_PORT })
    else if (keyword === 'search') search = words.map(domain).filter((name) => name !== '')
    else if (keyword === 'domain') search = words.slice(0, 1).map(domain)
    else if (keyword === 'options') for (const word of words) readOption(word, options)
  }
  return {
    servers,
    search,
    ndots: Math.min(options.ndots, MOST_NDOTS),
    timeout: Math.min(Math.max(options.timeout, 1), LONGEST_TIMEOUT) * 1000,
    attempts: Math.min(Math.max(options.attempts, 1), MOST_ATTEMPTS),
  }
}

function domain(word: string): string {
  const lower = word.toLowerCase()
  return lower.endsWith('.') ? lower.slice(0, -1) : lower
}

function readOption(word: string, options: { ndots: number; timeout: number; attempts: number }): void {
  const found = /^(ndots|timeout|attempts):(\d{1,4})$/.exec(word)
  if (found !== null) options[found[1] as keyof typeof options] = Number(found[2])
}
