/** FNV-1a over bytes[start, end): a 32-bit integer with sign. */
export function octetHash(bytes: Uint8Array, start: number, end: number): number {
  let hash = 0x811c9dc5
  for (let i = start; i < end; i++) hash = Math.imul(hash ^ bytes[i], 0x01000193)
  return hash
}
