import { transactionTopic, type EngineEvent, type TransactionRow } from '@signalbox/contract'
import { getRouteApi, Link, useNavigate, useRouter } from '@tanstack/react-router'
import { ArrowLeft, SearchX } from 'lucide-react'
import { useMemo } from 'react'
import { useTransaction } from '../api/console.ts'
import { sentenceOf } from '../api/errors.ts'
import { Age } from '../components/Age.tsx'
import { CopyButton } from '../components/CopyButton.tsx'
import { JsonView } from '../components/JsonView.tsx'
import { StateBadge } from '../components/StateBadge.tsx'
import { StatusText } from '../components/StatusText.tsx'
import { Time } from '../components/Time.tsx'
import { useNow } from '../components/use-now.ts'
import { useStale } from '../components/use-stale.ts'
import { copyByKey } from '../components/copy-by-key.ts'
import { shortParty } from '../format/sip.ts'
import { useHotkeys } from '../keyboard/hotkeys.ts'
import { isMessage } from '../ladder/message-summary.ts'
import { pathBuilder } from '../path-builder.ts'
import type { TransactionSnapshot } from '../stores/transaction-store.ts'
import { Button } from '../ui/Button.tsx'
import { cx } from '../ui/cx.ts'
import { Notice } from '../ui/Notice.tsx'
import { LadderTab } from './LadderTab.tsx'
import { MessagesTab } from './MessagesTab.tsx'
import { NowTab } from './NowTab.tsx'
import { EngineUnasked, TransactionGone, TransactionLost } from './TransactionNotices.tsx'
import { TAB_NAMES, TAB_PANEL, TransactionTabs } from './TransactionTabs.tsx'
import type { TransactionNow } from './transaction-now.ts'
import { useTransactionDetail } from './use-transaction-detail.ts'

const route = getRouteApi('/tx/$key')

/** One transaction: what came, what went, and every timer in between. */
export function TransactionPage() {
  const { key } = route.useParams()
  const id = /^(\d{1,10}):(\d{1,10})$/.exec(key)
  if (id === null) {
    return (
      <Notice icon={<SearchX size={28} />} title="This is not a transaction">
        An address ends in index:label, as in /tx/4711:1868931.
      </Notice>
    )
  }
  return <Known key={key} transaction={key} index={Number(id[1])} label={Number(id[2])} />
}

function Known({ transaction, index, label }: { readonly transaction: string; readonly index: number; readonly label: number }) {
  const search = route.useSearch()
  const navigate = useNavigate()
  const { row, events, loaded, forgotten, error } = useTransaction(transactionTopic(index, label))
  const stale = useStale()
  const now = useTransactionDetail(index, label, events)
  const tab = search.tab ?? 'ladder'
  const back = useBack()
  useHotkeys({
    back: () =>
      search.msg === undefined
        ? back()
        : void navigate({ ...pathBuilder.transaction(transaction, { ...search, msg: undefined }), replace: true }),
    copy: () => row !== null && void copyByKey('Call-ID', row.callId),
  })
  if (events.length === 0) return <Eventless index={index} label={label} now={now} loaded={loaded} error={error} />
  const lost = forgotten && now.live === null && events[events.length - 1].kind !== 'destroyed'
  return (
    <>
      <Summary row={row} events={events} related={now.related} lost={lost} />
      {lost && <TransactionLost />}
      <TransactionTabs transaction={transaction} search={search} tab={tab} messages={events.filter(isMessage).length} />
      <div role="tabpanel" id={TAB_PANEL} aria-label={TAB_NAMES[tab]} className={cx('flex min-h-0 flex-1 flex-col', stale && 'stale')}>
        {tab === 'ladder' && <LadderTab transaction={transaction} row={row} events={events} />}
        {tab === 'now' && <NowTab index={index} label={label} row={row} now={now} lost={lost} />}
        {tab === 'messages' && <MessagesTab events={events} row={row} />}
        {tab === 'json' && <JsonTab row={row} events={events} />}
      </div>
    </>
  )
}

interface EventlessProps extends Pick<TransactionSnapshot, 'loaded' | 'error'> {
  readonly index: number
  readonly label: number
  readonly now: TransactionNow
}

/** Not there yet, not recorded, gone, or nobody knows. */
function Eventless({ index, label, now, loaded, error }: EventlessProps) {
  if (now.live === null && now.error !== null) return <EngineUnasked error={now.error} />
  if (!loaded || !now.loaded) return <Notice title="Asking the engine for this transaction" />
  if (now.live !== null) return <Unrecorded index={index} label={label} now={now} />
  if (error === null || error.code === 'TRANSACTION_NOT_FOUND') return <TransactionGone />
  return <EngineUnasked error={new Error(sentenceOf(error.code) ?? error.message)} />
}

/** Under load not every call is recorded, but the engine knows how each one stands. */
function Unrecorded({ index, label, now }: { readonly index: number; readonly label: number; readonly now: TransactionNow }) {
  return (
    <>
      <p className="border-b border-line bg-panel px-3 py-2 text-xs text-muted md:px-4">
        {now.row?.method} is not recorded: there is no ladder of it. This is how it stands.
      </p>
      <NowTab index={index} label={label} row={now.row} now={now} />
    </>
  )
}

/** To where the person came from, filter and all; to the list when the page was opened by a link. */
function useBack(): () => void {
  const router = useRouter()
  return () => {
    if (router.history.canGoBack()) router.history.back()
    else void router.navigate(pathBuilder.transactions())
  }
}

interface SummaryProps {
  readonly row: TransactionRow | null
  readonly events: readonly EngineEvent[]
  readonly related: TransactionNow['related']
  readonly lost: boolean
}

function Summary({ row, events, related, lost }: SummaryProps) {
  const last = events[events.length - 1]
  const destroyed = last.kind === 'destroyed'
  const over = destroyed || lost
  useNow(500, !over)
  const back = useBack()
  if (row === null) return null
  return (
    <header className="flex shrink-0 flex-wrap items-center gap-x-4 gap-y-1 border-b border-line bg-panel px-3 py-2 text-xs md:px-4">
      <Button tone="quiet" icon={<ArrowLeft size={16} />} aria-label="Back" title="Back (Esc)" className="-ml-1" onClick={back} />
      <span className="font-mono text-sm font-semibold">{row.method}</span>
      <span className="flex items-center gap-2">
        {over ? (
          <span className="rounded bg-raised px-1.5 text-2xs font-medium text-muted">{destroyed ? 'destroyed' : 'lost'}</span>
        ) : (
          <StateBadge state={row.state} />
        )}
        <StatusText status={row.status} withReason />
      </span>
      <span className="min-w-0 truncate">
        {shortParty(row.from)} <span className="text-muted">→</span> {shortParty(row.to)}
      </span>
      <span className="flex min-w-0 items-center gap-1">
        <span className="label">Call-ID</span>
        <span className="min-w-0 truncate font-mono">{row.callId}</span>
        <CopyButton small label="Copy the Call-ID" text={() => row.callId} />
      </span>
      {related.map(({ key, method }) => (
        <Link key={key} {...pathBuilder.transaction(key)} className="text-accent underline">
          {method} of this call
        </Link>
      ))}
      <span className="text-muted">
        <Time at={row.createdAt} />
        {!lost && (
          <>
            , <Age row={destroyed ? { ...row, endedAt: row.endedAt ?? last.tWall } : row} />
          </>
        )}
        {row.retransmissions > 0 && <span className="ml-2 text-warn">{row.retransmissions} retransmissions</span>}
      </span>
    </header>
  )
}

function JsonTab({ row, events }: { readonly row: TransactionRow | null; readonly events: readonly EngineEvent[] }) {
  const value = useMemo(() => ({ row, events }), [row, events])
  return (
    <>
      <div className="flex shrink-0 items-center gap-2 border-b border-line px-3 py-1.5 md:px-4">
        <span className="text-xs text-muted">Row and {events.length} events, as the API gives them</span>
        <span className="ml-auto">
          <CopyButton label="Copy JSON" text={() => JSON.stringify(value, null, 2)} />
        </span>
      </div>
      <div className="min-h-0 flex-1 overflow-auto bg-panel p-3 font-mono text-xs leading-5" tabIndex={0} role="region" aria-label="JSON">
        <JsonView value={value} />
      </div>
    </>
  )
}
