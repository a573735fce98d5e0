import { shortParty } from '../format/sip.ts'

/** Who calls or is called. What is cut off first is the host. */
export function Party({ value }: { readonly value: string }) {
  const short = shortParty(value)
  const at = short.indexOf('@')
  return (
    <span title={value}>
      {at < 0 ? short : short.slice(0, at)}
      {at >= 0 && <span className="text-muted">{short.slice(at)}</span>}
    </span>
  )
}
