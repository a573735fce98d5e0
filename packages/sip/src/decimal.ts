import { DIGIT, octetClass } from './octets.ts'

/** The number [start, end), -1 when it is empty, no number, or larger than `max`. Leading zeros are fine. */
export function parseDecimal(bytes: Uint8Array, start: number, end: number, max: number): number {
  if (start >= end) return -1
  let value = 0
  for (let at = start; at < end; at++) {
    if ((octetClass[bytes[at]] & DIGIT) === 0) return -1
    value = value * 10 + (bytes[at] - 48)
    if (value > max) return -1
  }
  return value
}
