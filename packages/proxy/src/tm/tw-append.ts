/** One line that a request is written with (tw_append, tm-reference 2.6). */
export interface AppendedLine {
  readonly label: string
  /** A pseudo-variable. */
  readonly variable: string
}

export interface AppendedLines {
  readonly lines: readonly AppendedLine[]
  readonly withBody: boolean
}

/** Of a name, or a pseudo-variable; older forms are hdr[Name], avp[name] and msg[body]. */
const ELEMENT = /^(?:([\w-]+)\s*=\s*)?(\$.+|(?:hdr|avp)\[[^\]]+\]|msg\[body\])$/

/** What tw_append says: `name: [label=]variable; ...`, one name a line. Null when it cannot be read. */
export function parseTwAppend(text: string): ReadonlyMap<string, AppendedLines> | null {
  const named = new Map<string, AppendedLines>()
  for (const line of text.split('\n')) {
    if (line.trim() === '') continue
    const parts = /^\s*([\w-]+)\s*:(.*)$/.exec(line)
    const elements = parts === null ? null : elementsOf(parts[2])
    if (parts === null || elements === null || named.has(parts[1])) return null
    named.set(parts[1], elements)
  }
  return named
}

function elementsOf(text: string): AppendedLines | null {
  const lines: AppendedLine[] = []
  let withBody = false
  for (const element of text.split(';')) {
    const parts = ELEMENT.exec(element.trim())
    if (parts === null) return null
    const variable = modern(parts[2])
    if (variable === '$rb') withBody = true
    else lines.push({ label: parts[1] ?? labelOf(variable), variable })
  }
  return { lines, withBody }
}

function modern(variable: string): string {
  if (variable === 'msg[body]') return '$rb'
  return variable.replace(/^(hdr|avp)\[(?:s:)?(.+)\]$/, '$$$1($2)')
}

/** `User-Agent` of `$hdr(User-Agent)`, `Ts` of `$Ts`. */
function labelOf(variable: string): string {
  return /\((?:[si]:)?([^()]+)\)$/.exec(variable)?.[1] ?? variable.slice(1)
}
