/** The candidate that `name` is most likely a misspelling or the beginning of; null when none is near. */
export function nearestName(name: string, candidates: Iterable<string>): string | null {
  const wanted = name.toLowerCase()
  let best: string | null = null
  let bestDistance = Math.max(2, Math.ceil(name.length / 2))
  for (const candidate of candidates) {
    const given = candidate.toLowerCase()
    const distance = wanted.length > 2 && given.startsWith(wanted) ? 0.5 : editDistance(wanted, given)
    if (distance < bestDistance) {
      best = candidate
      bestDistance = distance
    }
  }
  return best
}

/** `; did you mean 'x'?` for a name that is not known; '' when nothing known is near. */
export function suggestion(name: string, known: readonly { readonly name: string }[]): string {
  const nearest = nearestName(
    name,
    known.map((one) => one.name),
  )
  return nearest === null ? '' : `; did you mean '${nearest}'?`
}

/** Levenshtein distance, one row at a time. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const substitution = row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(substitution, row[j] + 1, next[j - 1] + 1))
    }
    row = next
  }
  return row[b.length]
}
