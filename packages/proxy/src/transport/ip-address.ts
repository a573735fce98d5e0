/** The 4 or 16 bytes of an IP address in network order; null when the text is no literal address. No brackets, no zone. */
export function parseIp(text: string): Uint8Array | null {
  return text.includes(':') ? parseIpv6(text) : parseIpv4(text)
}

function parseIpv4(text: string): Uint8Array | null {
  const parts = text.split('.')
  if (parts.length !== 4) return null
  const bytes = new Uint8Array(4)
  for (const [i, part] of parts.entries()) {
    const value = Number(part)
    if (!/^\d{1,3}$/.test(part) || value > 255) return null
    bytes[i] = value
  }
  return bytes
}

function parseIpv6(text: string): Uint8Array | null {
  const halves = text.split('::')
  if (halves.length > 2) return null
  const head = parseGroups(halves[0])
  const tail = halves.length === 2 ? parseGroups(halves[1]) : []
  if (head === null || tail === null) return null
  const missing = 16 - head.length - tail.length
  if (halves.length === 2 ? missing < 2 : missing !== 0) return null
  const bytes = new Uint8Array(16)
  bytes.set(head)
  bytes.set(tail, 16 - tail.length)
  return bytes
}

/** Bytes of colon-separated groups; the last one may be a dotted IPv4 address (RFC 4291 2.2). */
function parseGroups(text: string): readonly number[] | null {
  const bytes: number[] = []
  if (text === '') return bytes
  const groups = text.split(':')
  for (const [i, group] of groups.entries()) {
    if (group.includes('.')) {
      const dotted = i === groups.length - 1 ? parseIpv4(group) : null
      if (dotted === null) return null
      bytes.push(...dotted)
    } else {
      if (!/^[0-9a-f]{1,4}$/i.test(group)) return null
      const value = Number.parseInt(group, 16)
      bytes.push(value >> 8, value & 255)
    }
  }
  return bytes
}

/** Text of the 4 or 16 address bytes at `at`; IPv6 in the form of RFC 5952 (lower case, longest run of zeros as `::`). */
export function formatIp(bytes: Uint8Array, at: number, family: 4 | 6): string {
  if (family === 4) return `${bytes[at]}.${bytes[at + 1]}.${bytes[at + 2]}.${bytes[at + 3]}`
  const groups: number[] = []
  for (let i = 0; i < 16; i += 2) groups.push((bytes[at + i] << 8) | bytes[at + i + 1])
  if (isMapped(groups)) return `::ffff:${formatIp(bytes, at + 12, 4)}`
  const [start, length] = longestZeros(groups)
  const hex = groups.map((group) => group.toString(16))
  if (length < 2) return hex.join(':')
  return `${hex.slice(0, start).join(':')}::${hex.slice(start + length).join(':')}`
}

function isMapped(groups: readonly number[]): boolean {
  return groups[5] === 0xffff && groups.slice(0, 5).every((group) => group === 0)
}

function longestZeros(groups: readonly number[]): readonly [number, number] {
  let best = 0
  let bestLength = 0
  let length = 0
  for (const [i, group] of groups.entries()) {
    length = group === 0 ? length + 1 : 0
    if (length > bestLength) {
      bestLength = length
      best = i - length + 1
    }
  }
  return [best, bestLength]
}

/** True for the text of an IPv6 address. */
export function isIpv6Text(address: string): boolean {
  return address.includes(':')
}

/** 127/8 and ::1. */
export function isLoopback(bytes: Uint8Array): boolean {
  if (bytes.length === 4) return bytes[0] === 127
  return bytes[15] === 1 && bytes.subarray(0, 15).every((byte) => byte === 0)
}

/** 0.0.0.0 and ::. */
function isUnspecified(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0)
}

/** False for what no SIP message may be sent to: unspecified, multicast and limited broadcast addresses. */
export function isUnicast(bytes: Uint8Array): boolean {
  if (isUnspecified(bytes)) return false
  if (bytes.length === 16) return bytes[0] !== 0xff
  return bytes[0] < 224
}

/** True when both addresses lie in the same network; `prefix` in bits. */
export function sameNetwork(a: Uint8Array, b: Uint8Array, prefix: number): boolean {
  if (a.length !== b.length) return false
  for (let bit = 0; bit < prefix; bit += 8) {
    const mask = prefix - bit >= 8 ? 0xff : (0xff00 >> (prefix - bit)) & 0xff
    if (((a[bit >> 3] ^ b[bit >> 3]) & mask) !== 0) return false
  }
  return true
}
