import { StatusText } from '../components/StatusText.tsx'
import { PRIORITY_HELP } from '../ladder/priority-help.ts'
import type { Candidate, WhyReply } from '../ladder/why-reply.ts'
import { cx } from '../ui/cx.ts'

/** Beside a final reply: what there was to choose from, and the rule that chose. */
export function WhyReplyFacts({ why }: { readonly why: WhyReply }) {
  return (
    <section aria-label="Why this reply" className="shrink-0 border-b border-line px-3 py-2 text-xs">
      <h3 className="label mb-1">Why this reply</h3>
      <p>
        {why.builtHere ? 'Built here: ' : ''}
        {why.rule}
      </p>
      {why.candidates.length > 0 && (
        <ul aria-label="Candidates" className="mt-1.5 flex flex-col gap-0.5">
          {why.candidates.map((candidate) => (
            <CandidateRow key={candidate.branch} candidate={candidate} />
          ))}
        </ul>
      )}
    </section>
  )
}

function CandidateRow({ candidate }: { readonly candidate: Candidate }) {
  const { branch, status, reason, priority, faked, picked, dropped } = candidate
  return (
    <li className={cx('flex flex-wrap items-baseline gap-x-2', !picked && 'text-muted')}>
      <span aria-hidden className={picked ? 'text-good' : undefined}>
        {picked ? '✓' : dropped === null ? '○' : '✕'}
      </span>
      {branch !== null && <span>Branch {branch}</span>}
      <StatusText status={status} />
      <span>
        {reason}
        {faked && ' (made here)'}
      </span>
      <span title={PRIORITY_HELP}>priority {priority}</span>
      {picked && <span className="font-medium text-good">chosen</span>}
      {dropped !== null && <span>dropped: {dropped}</span>}
    </li>
  )
}
