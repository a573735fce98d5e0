import type { LiveBranch, LiveTimer, LiveTransaction, TransactionRow } from '@signalbox/contract'
import { History, Reply, X } from 'lucide-react'
import { useState, type ReactNode } from 'react'
import { StateBadge } from '../components/StateBadge.tsx'
import { StatusText } from '../components/StatusText.tsx'
import { Time } from '../components/Time.tsx'
import { useNow } from '../components/use-now.ts'
import { formatDuration } from '../format/time.ts'
import { TIMER_HELP } from '../ladder/timer-names.ts'
import { Button } from '../ui/Button.tsx'
import { Notice } from '../ui/Notice.tsx'
import { CancelBranchDialog, ForceReplyDialog } from './TransactionActions.tsx'
import { EngineUnasked } from './TransactionNotices.tsx'
import type { TransactionNow } from './transaction-now.ts'

interface NowTabProps {
  readonly index: number
  readonly label: number
  readonly row: TransactionRow | null
  readonly now: TransactionNow
  /** The engine that had it is gone: its end was not told. */
  readonly lost?: boolean
}

type Asked = { readonly what: 'reply' } | { readonly what: 'cancel'; readonly branch: LiveBranch }

/** The transaction as it stands in the engine, and what an operator can do to it. */
export function NowTab({ index, label, row, now, lost = false }: NowTabProps) {
  const { live, readAt, error } = now
  const [asked, setAsked] = useState<Asked | null>(null)
  if (live === null) return <NotInTable now={now} lost={lost} />
  const open = live.status === null || live.status < 200
  const close = (): void => setAsked(null)
  return (
    <div className="min-h-0 flex-1 overflow-auto p-3 md:p-4" tabIndex={0} role="region" aria-label="The transaction now">
      <div className="mx-auto flex max-w-5xl flex-col gap-3">
        {error !== null && (
          <p role="status" className="rounded-lg border border-warn bg-warn-soft px-3 py-1.5 text-xs text-warn md:px-4">
            As of <Time at={readAt} withMs={false} />. {error.message}
          </p>
        )}
        <ServerSide index={index} label={label} live={live} readAt={readAt}>
          {open && row?.local === false && (
            <Button icon={<Reply size={14} />} onClick={() => setAsked({ what: 'reply' })}>
              Force a final reply
            </Button>
          )}
        </ServerSide>
        {live.branches.length === 0 && <p className="text-muted">It has no branches.</p>}
        <ul aria-label="Branches" className="flex flex-col gap-3">
          {live.branches.map((branch) => (
            <BranchCard key={branch.index} branch={branch} suspended={live.suspended} readAt={readAt}>
              {row?.method === 'INVITE' && canCancel(branch) && (
                <Button icon={<X size={14} />} onClick={() => setAsked({ what: 'cancel', branch })}>
                  Cancel branch {branch.index}
                </Button>
              )}
            </BranchCard>
          ))}
        </ul>
      </div>
      {asked?.what === 'reply' && <ForceReplyDialog index={index} label={label} onClose={close} />}
      {asked?.what === 'cancel' && <CancelBranchDialog index={index} label={label} branch={asked.branch} onClose={close} />}
    </div>
  )
}

function NotInTable({ now, lost }: { readonly now: TransactionNow; readonly lost: boolean }) {
  if (now.error !== null) return <EngineUnasked error={now.error} />
  if (!now.loaded) return <Notice title="Asking the engine for this transaction" />
  return (
    <Notice icon={<History size={28} strokeWidth={1.6} />} title="It is no longer in the table">
      {lost ? 'How it ended was not told.' : 'The transaction has ended.'} Its ladder and its messages are what is left of it.
    </Notice>
  )
}

function canCancel({ status, cancelled }: LiveBranch): boolean {
  return !cancelled && (status === null || status < 200)
}

const CARD = 'flex flex-col gap-2 rounded-lg border border-line bg-panel px-3 py-2.5 text-xs md:px-4'

interface ServerSideProps {
  readonly index: number
  readonly label: number
  readonly live: LiveTransaction
  readonly readAt: number
  readonly children: ReactNode
}

function ServerSide({ index, label, live, readAt, children }: ServerSideProps) {
  const { state, status, cancelled, suspended, waiting, endsInMs, timers } = live
  return (
    <section aria-label="Server side" className={CARD}>
      <header className="flex flex-wrap items-center gap-x-3 gap-y-1.5">
        <h2 className="text-sm font-semibold">Server side</h2>
        <StateBadge state={state} />
        <StatusText status={status} withReason />
        {cancelled && <Mark>cancelled</Mark>}
        {suspended && <Mark>suspended: the script waits</Mark>}
        {waiting && <Mark>ended, waits for late messages</Mark>}
        <span className="ml-auto">{children}</span>
      </header>
      <Facts>
        <Fact name="tindex:tlabel">
          <span className="font-mono">
            {index}:{label}
          </span>
        </Fact>
        <Fact name="Longest life ends">
          <Left ms={endsInMs} readAt={readAt} />
        </Fact>
        <Timers timers={timers} readAt={readAt} />
      </Facts>
    </section>
  )
}

interface BranchCardProps {
  readonly branch: LiveBranch
  readonly suspended: boolean
  readonly readAt: number
  readonly children: ReactNode
}

function BranchCard({ branch, suspended, readAt, children }: BranchCardProps) {
  const { index, uri, target, state, status, reason, faked, timedOut, cancelled, retransmissions, timers } = branch
  return (
    <li aria-label={`Branch ${index}`} className={CARD}>
      <header className="flex flex-wrap items-center gap-x-3 gap-y-1.5">
        <h2 className="text-sm font-semibold">Branch {index}</h2>
        <StateBadge state={state} />
        <StatusText status={status} withReason={reason === ''} />
        {reason !== '' && <span>{reason}</span>}
        {faked && <Mark>made here</Mark>}
        {timedOut && <Mark>timed out</Mark>}
        {cancelled && <Mark>cancelled</Mark>}
        <span className="ml-auto">{children}</span>
      </header>
      <Facts>
        <Fact name="Sent to">
          <span className="font-mono">{target === '' ? (suspended ? 'nobody: it stands for the wait' : 'being looked up') : target}</span>
        </Fact>
        {uri !== '' && (
          <Fact name="Request-URI">
            <span className="font-mono">{uri}</span>
          </Fact>
        )}
        {retransmissions > 0 && <Fact name="Retransmissions">{retransmissions}</Fact>}
        <Timers timers={timers} readAt={readAt} />
      </Facts>
    </li>
  )
}

function Mark({ children }: { readonly children: ReactNode }) {
  return <span className="rounded bg-raised px-1.5 text-2xs font-medium text-text">{children}</span>
}

function Facts({ children }: { readonly children: ReactNode }) {
  return <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1">{children}</dl>
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <>
      <dt className="text-muted">{name}</dt>
      <dd className="min-w-0 wrap-anywhere">{children}</dd>
    </>
  )
}

function Timers({ timers, readAt }: { readonly timers: readonly LiveTimer[]; readonly readAt: number }) {
  return timers.map(({ timer, firesInMs }) => (
    <Fact key={timer} name={`Timer ${timer}`}>
      <span title={TIMER_HELP[timer]?.text}>
        <Left ms={firesInMs} readAt={readAt} />
      </span>
    </Fact>
  ))
}

/** Counts down from what it was when it was read. */
function Left({ ms, readAt }: { readonly ms: number; readonly readAt: number }) {
  const now = useNow(250)
  const left = Math.max(0, ms - Math.max(0, now - readAt))
  return <span className="tabular-nums">{left === 0 ? 'now' : `in ${formatDuration(left)}`}</span>
}
