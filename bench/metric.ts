/** Value of a metric in the text of /metrics; NaN where there is none. */
export function metric(text: string, name: string): number {
  return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1] ?? Number.NaN)
}

/** The same of the SIP thread. */
export function threadMetric(text: string, name: string): number {
  return metric(text, `${name}\\{thread="sip-0"\\}`)
}
