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
