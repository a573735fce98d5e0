import { readFileSync } from 'node:fs'
import type { Clock } from '../clock/clock.ts'

/** The hosts file is read again after this time, in ms. */
const HOSTS_AGE = 5000
const HOSTS_FILE = '/etc/hosts'

/** The hosts file of the system as it is now. */
export class HostsFile {
  /** Seconds that what it says holds. */
  readonly ttl = HOSTS_AGE / 1000
  readonly #clock: Clock
  #hosts: ReadonlyMap<string, readonly string[]> = new Map()
  #read = -Infinity

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Undefined: the name does not stand there. */
  addresses(name: string): readonly string[] | undefined {
    const now = this.#clock.now()
    if (now - this.#read > HOSTS_AGE) {
      this.#read = now
      this.#hosts = parseHosts(textOf(HOSTS_FILE))
    }
    return this.#hosts.get(name)
  }
}

/** Without a hosts file every name is asked of DNS. */
function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}

/** Addresses by name, in lower case, of the text of a hosts file (hosts(5)). */
export function parseHosts(text: string): ReadonlyMap<string, readonly string[]> {
  const hosts = new Map<string, string[]>()
  for (const line of text.split('\n')) {
    const [address = '', ...names] = line.replace(/#.*/, '').trim().split(/\s+/)
    if (address === '') continue
    for (const name of names) {
      const key = name.toLowerCase()
      const addresses = hosts.get(key) ?? []
      if (!addresses.includes(address)) addresses.push(address)
      hosts.set(key, addresses)
    }
  }
  return hosts
}
