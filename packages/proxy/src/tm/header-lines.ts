const HEADER_LINE = /^[\w\-.!%*+`'~]+[ \t]*:/

/** Header lines of an operator's text, with what is folded into them, without line ends and empty ones. */
export function headerLines(headers: string): readonly string[] {
  return headers.split(/\r?\n(?![ \t])/).filter((line) => line.trim() !== '')
}

/** What is wrong with a line that is no header, or null when all are. */
export function wrongHeaderLine(lines: readonly string[]): string | null {
  const wrong = lines.find((line) => !HEADER_LINE.test(line))
  return wrong === undefined ? null : `Invalid headers: '${wrong.slice(0, 40)}' is no header line`
}

/** Name of a header line in lower case. */
export function headerName(line: string): string {
  return line.slice(0, line.indexOf(':')).trim().toLowerCase()
}
