/** Value of a metric for the SIP thread in the text of /metrics; NaN where there is none. */
export function threadMetric(text: string, name: string): number {
  return Number(new RegExp(`^${name}\\{thread="sip-0"\\} (\\S+)$`, 'm').exec(text)?.[1] ?? Number.NaN)
}
