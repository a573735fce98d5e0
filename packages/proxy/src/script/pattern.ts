/** Scripts use a handful of patterns; emptied when full. */
const patterns = new Map<string, RegExp>()
const REMEMBERED = 512

/** A compiled regular expression, case-insensitive as those of Kamailio's functions. Throws SyntaxError for a bad one. */
export function patternOf(source: string): RegExp {
  let pattern = patterns.get(source)
  if (pattern === undefined) {
    pattern = new RegExp(source, 'im')
    if (patterns.size >= REMEMBERED) patterns.clear()
    patterns.set(source, pattern)
  }
  return pattern
}
