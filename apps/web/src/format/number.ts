export const UNKNOWN = '–'

const INTEGER = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 })

export function formatCount(value: number | null | undefined): string {
  return value === null || value === undefined ? UNKNOWN : INTEGER.format(value)
}

/** A rate keeps three figures: `0`, `0.42`, `12.3`, `1,204`. */
export function formatRate(value: number | null | undefined): string {
  if (value === null || value === undefined) return UNKNOWN
  const size = Math.abs(value)
  if (size < 0.005) return '0'
  if (size < 10) return value.toFixed(2)
  if (size < 100) return value.toFixed(1)
  return INTEGER.format(value)
}

/** A rate with its sign, for values that rise and fall. */
export function formatChange(value: number | null | undefined): string {
  const text = formatRate(value)
  return value !== null && value !== undefined && value >= 0.005 ? `+${text}` : text
}

export function formatMs(value: number | null | undefined): string {
  if (value === null || value === undefined) return UNKNOWN
  return value < 100 ? value.toFixed(1) : INTEGER.format(value)
}
