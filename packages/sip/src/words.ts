/** Repeated in each octet: the lowest value that does not count as below. */
export const SPACES = 0x20202020
export const VISIBLE = 0x21212121

/**
 * Offset of the first octet below those of `bound` (SPACES or VISIBLE), looking at four at a time; more than
 * `lastWord` when the octets left do not fill a word and have to be looked at one by one.
 */
export function firstBelow(words: DataView, start: number, lastWord: number, bound: number): number {
  let at = start
  let below = 0
  while (at <= lastWord) {
    const word = words.getInt32(at, true)
    below = (word - bound) & ~word & 0x80808080
    if (below !== 0) break
    at += 4
  }
  // The lowest bit set is exact; those above it may be a borrow.
  return below === 0 ? at : at + ((31 - Math.clz32(below & -below)) >> 3)
}
