/** Octets [start, end) of a buffer. */
export class Range {
  start = -1
  end = -1
}
