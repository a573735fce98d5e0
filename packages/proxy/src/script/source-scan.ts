/** `KSR.module.function` or `KSR.function` in a script's source. */
export interface KsrUse {
  /** '' for a core function. */
  readonly module: string
  readonly name: string
  /** 1-based. */
  readonly line: number
  readonly column: number
}

// One alternative per lexical element, so that comments, strings and regular expressions are stepped over as a whole.
// A slash after a value divides; anywhere else it opens a regular expression.
const ELEMENT =
  /\/\/[^\n]*|\/\*[\s\S]*?\*\/|"(?:\\[\s\S]|[^"\\\n])*"|'(?:\\[\s\S]|[^'\\\n])*'|`(?:\\[\s\S]|[^`\\])*`|(?<=[=(,:;!&|?{}[+\n]\s*|return\s+)\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\/[a-z]*|(?<![\w$.])KSR\s*\.\s*([\w$]+)(?:\s*\.\s*([\w$]+))?(?=\s*\()/g

/** Every call of a KSR function that is written out in the source, in order. */
export function ksrUses(source: string): readonly KsrUse[] {
  const uses: KsrUse[] = []
  for (const match of source.matchAll(ELEMENT)) {
    const [, first, second] = match
    if (first === undefined) continue
    const before = source.slice(0, match.index)
    const line = before.split('\n').length
    const column = match.index - before.lastIndexOf('\n')
    uses.push({ module: second === undefined ? '' : first, name: second ?? first, line, column })
  }
  return uses
}
