/**
 * JSON laid out as Kamailio's jsonrpcs prints it with pretty_format 1, which the filters of kamctl expect (control-reference
 * 1): tab indent, a tab after the colon, arrays on the line of their key with ', ' between items, fractions with six decimals.
 */
export function prettyJson(value: unknown): string {
  return print(value, 0)
}

function print(value: unknown, depth: number): string {
  if (Array.isArray(value)) return `[${value.map((item) => print(item, depth + 1)).join(', ')}]`
  if (typeof value === 'object' && value !== null) return printObject(value, depth + 1)
  if (typeof value === 'number' && Number.isFinite(value) && !Number.isInteger(value)) return value.toFixed(6)
  return JSON.stringify(value) ?? 'null'
}

function printObject(value: object, depth: number): string {
  const lines: string[] = []
  for (const [key, item] of Object.entries(value)) {
    if (item !== undefined) lines.push(`${'\t'.repeat(depth)}${JSON.stringify(key)}:\t${print(item, depth)}`)
  }
  const end = `${'\t'.repeat(depth - 1)}}`
  return lines.length === 0 ? `{\n${end}` : `{\n${lines.join(',\n')}\n${end}`
}
