const SLOTS = 16_384
const LONGEST = 48

const decoder = new TextDecoder()
const lengths = new Uint8Array(SLOTS)
const octets = new Uint8Array(SLOTS * LONGEST)
const texts = new Array<string>(SLOTS).fill('')

/**
 * The text of bytes[start, end), for parts that repeat from message to message (hosts, users, gateways): a hit in the cache
 * makes no string and costs less than decoding. Bounded: a slot forgets its text when another one needs it.
 */
export function internedText(bytes: Uint8Array, start: number, end: number): string {
  const length = end - start
  if (length <= 0) return ''
  if (length > LONGEST) return decoder.decode(bytes.subarray(start, end))
  let hash = length
  for (let at = start; at < end; at++) hash = Math.imul(hash ^ bytes[at], 0x01000193)
  const slot = (hash ^ (hash >>> 15)) & (SLOTS - 1)
  const from = slot * LONGEST
  if (lengths[slot] === length) {
    let same = 0
    while (same < length && octets[from + same] === bytes[start + same]) same++
    if (same === length) return texts[slot]
  }
  const text = decoder.decode(bytes.subarray(start, end))
  for (let i = 0; i < length; i++) octets[from + i] = bytes[start + i]
  lengths[slot] = length
  texts[slot] = text
  return text
}

/** The text of bytes[start, end), which most likely is `known`: then nothing is made. */
export function likelyText(bytes: Uint8Array, start: number, end: number, known: string): string {
  if (end - start !== known.length) return decoder.decode(bytes.subarray(start, end))
  for (let i = 0; i < known.length; i++) {
    const octet = bytes[start + i]
    if (octet !== known.charCodeAt(i) || octet > 0x7f) return decoder.decode(bytes.subarray(start, end))
  }
  return known
}

/** Is bytes[start, end) exactly this ASCII text? */
export function isText(bytes: Uint8Array, start: number, end: number, text: string): boolean {
  if (end - start !== text.length) return false
  for (let i = 0; i < text.length; i++) if (bytes[start + i] !== text.charCodeAt(i)) return false
  return true
}
