import type { EngineEvent } from '@signalbox/contract'
import type { MessageEvent } from './message-summary.ts'

/** A reply that could have gone upstream. */
export interface Candidate {
  readonly branch: number | null
  readonly status: number
  readonly reason: string
  /** Lower wins. */
  readonly priority: number
  readonly faked: boolean
  readonly picked: boolean
  /** Why it did not compete, null when it did. */
  readonly dropped: string | null
}

/** Why a final reply went upstream: what there was, and the rule that chose (tm-reference 6.1). */
export interface WhyReply {
  readonly rule: string
  /** The reply is none of the candidates: it was made here. */
  readonly builtHere: boolean
  /** The winner first, then by priority. */
  readonly candidates: readonly Candidate[]
}

/** Null: the message is no final reply to the caller, or nothing was chosen for it. */
export function whyReply(events: readonly EngineEvent[], { seq, branch, kind, data }: MessageEvent): WhyReply | null {
  if (kind !== 'msg-out' || branch !== null || (data.status ?? 0) < 200) return null
  const before = events.filter((event) => event.seq < seq)
  const picked = before.findLast((event) => event.kind === 'reply-picked')
  if (picked === undefined || picked.data.status !== data.status) return null
  const candidates = new Map<number | null, Candidate>()
  for (const event of before) {
    if (event.seq > picked.seq) break
    if (event.kind === 'reply-candidate') {
      candidates.set(event.branch, { ...event.data, branch: event.branch, picked: event.branch === picked.data.branch, dropped: null })
    } else if (event.kind === 'reply-dropped') {
      const known = candidates.get(event.branch)
      if (known !== undefined) candidates.set(event.branch, { ...known, dropped: event.data.reason })
    }
  }
  const ranked = [...candidates.values()].sort((a, b) => Number(b.picked) - Number(a.picked) || a.priority - b.priority)
  return { rule: picked.data.rule, builtHere: picked.data.branch < 0, candidates: ranked }
}
