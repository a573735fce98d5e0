import type { TransactionRow } from '@signalbox/contract'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { useTable, type SortingState } from '@tanstack/react-table'
import { ArrowDown, ArrowUp, PhoneOff, SearchX } from 'lucide-react'
import { useCallback, useMemo, useState } from 'react'
import { useConsole, useTransactions } from '../api/console.ts'
import { FilterBox } from '../components/FilterBox.tsx'
import { PauseButton } from '../components/PauseButton.tsx'
import { RecordingButton } from '../components/RecordingButton.tsx'
import { SpokenCount } from '../components/SpokenCount.tsx'
import { useHeld } from '../components/use-held.ts'
import { useNow } from '../components/use-now.ts'
import { useStale } from '../components/use-stale.ts'
import { parseFilter } from '../filter/filter.ts'
import { formatCount } from '../format/number.ts'
import { pathBuilder } from '../path-builder.ts'
import type { TransactionsSnapshot } from '../stores/transactions-store.ts'
import { Button } from '../ui/Button.tsx'
import { cx } from '../ui/cx.ts'
import { Notice } from '../ui/Notice.tsx'
import { SippHint } from './SippHint.tsx'
import { columns, features } from './transactions-columns.tsx'
import { TransactionsTable } from './TransactionsTable.tsx'

const route = getRouteApi('/tx')
const DEFAULT_SORT = '-created'
const EXAMPLES = ['method==INVITE', 'status>=400', 'state==proceeding', 'retransmissions>0', 'branches>1', 'age>10s']

/** What happens now: every live transaction, filtered and sorted. */
export function TransactionsPage() {
  const search = route.useSearch()
  const navigate = useNavigate()
  const { stats, transactions: store } = useConsole()
  const live = useTransactions()
  const held = useHeld(store)
  const stale = useStale()
  const filter = useMemo(() => parseFilter(search.f ?? ''), [search.f])
  const snapshot = held.shown
  // On a quiet proxy nothing else would draw the list again while its rows age.
  const second = useNow(1000, filter.ok && filter.timed && !held.paused)
  const rows = useMemo(() => {
    if (!filter.ok) return snapshot.rows
    const now = stats.engineNow()
    return snapshot.rows.filter((row) => filter.test(row, now))
    // oxlint-disable-next-line react/exhaustive-deps -- `second` is when, not what
  }, [snapshot, filter, stats, second])
  const setFilter = useCallback(
    (f: string) => void navigate({ ...pathBuilder.transactions({ ...search, f: f === '' ? undefined : f }), replace: true }),
    [navigate, search],
  )
  return (
    <>
      <div className="flex shrink-0 flex-wrap items-center gap-2 border-b border-line px-3 py-2 md:px-4">
        <FilterBox
          label="Filter transactions"
          placeholder="Call-ID, user, status>=400, method==INVITE …"
          value={search.f ?? ''}
          onChange={setFilter}
          error={filter.ok ? null : filter.message}
          examples={EXAMPLES}
        />
        <SpokenCount className="text-xs text-muted" cause={search.f ?? ''}>
          <Total snapshot={snapshot} shown={rows.length} />
        </SpokenCount>
        <RecordingButton />
        <PauseButton paused={held.paused} unseen={live.appeared - snapshot.appeared} onToggle={held.toggle} />
      </div>
      <div className={cx('flex min-h-0 flex-1 flex-col', stale && 'stale')}>
        {rows.length > 0 ? (
          <SortedTable rows={rows} sort={search.s ?? DEFAULT_SORT} paused={held.paused} />
        ) : (
          <Empty snapshot={snapshot} filter={search.f ?? ''} onClear={() => setFilter('')} />
        )}
      </div>
    </>
  )
}

function Total({ snapshot, shown }: { readonly snapshot: TransactionsSnapshot; readonly shown: number }) {
  const filtered = shown === snapshot.rows.length ? '' : `${formatCount(shown)} of `
  if (!snapshot.truncated) return <>{`${filtered}${formatCount(snapshot.total)} live`}</>
  return (
    <span title="The rows are the newest transactions of the recorded calls. The filter looks at those.">
      {filtered}
      {formatCount(snapshot.rows.length)} rows of {formatCount(snapshot.total)} live
    </span>
  )
}

interface SortedTableProps {
  readonly rows: readonly TransactionRow[]
  readonly sort: string
  readonly paused: boolean
}

function SortedTable({ rows, sort, paused }: SortedTableProps) {
  const navigate = useNavigate()
  const { place } = useConsole().transactions
  const sorting = useMemo<SortingState>(() => [{ id: sort.replace(/^-/, ''), desc: sort.startsWith('-') }], [sort])
  const known = columns.some((column) => column.id === sorting[0].id || ('accessorKey' in column && column.accessorKey === sorting[0].id))
  const table = useTable({
    features,
    columns,
    data: rows,
    getRowId: (row) => row.key,
    state: { sorting: known ? sorting : [{ id: 'created', desc: true }] },
    enableSortingRemoval: false,
    onSortingChange: (change) => {
      const next = typeof change === 'function' ? change(sorting) : change
      const text = next.length === 0 ? DEFAULT_SORT : `${next[0].desc ? '-' : ''}${next[0].id}`
      void navigate({
        to: '/tx',
        search: (before) => ({ ...before, s: text === DEFAULT_SORT ? undefined : text }),
        replace: true,
      })
    },
  })
  const headers = table.getHeaderGroups()[0].headers.map((header) => {
    const direction = header.column.getIsSorted()
    return {
      id: header.column.id,
      sort: direction === false ? ('none' as const) : direction === 'asc' ? ('ascending' as const) : ('descending' as const),
      content: (
        <button
          type="button"
          onClick={header.column.getToggleSortingHandler()}
          className="flex w-full min-w-0 items-center gap-1 hover:text-text"
        >
          <span className="truncate">
            <table.FlexRender header={header} />
          </span>
          {direction === 'asc' && <ArrowUp size={12} aria-hidden />}
          {direction === 'desc' && <ArrowDown size={12} aria-hidden />}
        </button>
      ),
    }
  })
  const sorted = table.getRowModel().rows
  return (
    <TransactionsTable
      headers={headers}
      paused={paused}
      place={place}
      rows={sorted.map((row) => row.original)}
      cells={(index) => sorted[index].getAllCells().map((cell) => ({ id: cell.column.id, content: <table.FlexRender cell={cell} /> }))}
    />
  )
}

function Empty({
  snapshot,
  filter,
  onClear,
}: {
  readonly snapshot: TransactionsSnapshot
  readonly filter: string
  readonly onClear: () => void
}) {
  const [wide, setWide] = useState(false)
  if (!snapshot.loaded) {
    return <Notice title="Waiting for the list of transactions">The server sends it as soon as the connection stands.</Notice>
  }
  if (filter !== '') {
    return (
      <Notice icon={<SearchX size={28} strokeWidth={1.6} />} title="No live transaction matches">
        <p>
          <code className="font-mono text-text">{filter}</code> matches none of the {formatCount(snapshot.rows.length)} rows. New ones
          appear here by themselves.
        </p>
        <Button onClick={onClear}>Clear the filter</Button>
      </Notice>
    )
  }
  return (
    <Notice icon={<PhoneOff size={28} strokeWidth={1.6} />} title="No transactions right now">
      <p>Each request the proxy handles appears here the moment it arrives and leaves after its wait timer.</p>
      <SippHint open={wide} onToggle={() => setWide(!wide)} />
    </Notice>
  )
}
