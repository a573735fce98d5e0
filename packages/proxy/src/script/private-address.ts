/** Addresses that mean nothing outside of their own network: RFC 1918, shared (RFC 6598), link-local (RFC 3927), unique local IPv6 (RFC 4193). */
export function isPrivateAddress(address: string): boolean {
  if (address.includes(':')) return /^f[cd][0-9a-f]{2}:/i.test(address) || /^fe[89ab][0-9a-f]:/i.test(address)
  const octets = /^(\d{1,3})\.(\d{1,3})\.\d{1,3}\.\d{1,3}$/.exec(address)
  if (octets === null) return false
  const [first, second] = [Number(octets[1]), Number(octets[2])]
  return (
    first === 10 ||
    (first === 172 && second >= 16 && second <= 31) ||
    (first === 192 && second === 168) ||
    (first === 100 && second >= 64 && second <= 127) ||
    (first === 169 && second === 254)
  )
}
