/**
 * JSON in the layout that kamctl's filter reads (control-reference 1): tab indent, a tab after the colon, arrays on one line
 * with the objects in them opened in place and set one tab deeper. No newline at the end.
 */
export function prettyJson(value: unknown): string {
  return print(value, 0)
}

function print(value: unknown, depth: number): string {
  if (Array.isArray(value)) return `[${value.map((item) => print(item, depth + 1)).join(', ')}]`
  if (typeof value === 'object' && value !== null) return printObject(value, depth)
  return JSON.stringify(value) ?? 'null'
}

function printObject(value: object, depth: number): string {
  const inner = '\t'.repeat(depth + 1)
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .map(([key, member]) => `${inner}${JSON.stringify(key)}:\t${print(member, depth + 1)}`)
  const body = members.length === 0 ? '' : `${members.join(',\n')}\n`
  return `{\n${body}${'\t'.repeat(depth)}}`
}
