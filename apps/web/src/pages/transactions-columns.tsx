import type { TransactionRow } from '@signalbox/contract'
import { createColumnHelper, createSortedRowModel, rowSortingFeature, tableFeatures } from '@tanstack/react-table'
import { Age } from '../components/Age.tsx'
import { Party } from '../components/Party.tsx'
import { StateBadge } from '../components/StateBadge.tsx'
import { StatusText } from '../components/StatusText.tsx'
import { Time } from '../components/Time.tsx'
import { shortParty } from '../format/sip.ts'

export const features = tableFeatures({ rowSortingFeature, sortedRowModel: createSortedRowModel() })

const helper = createColumnHelper<typeof features, TransactionRow>()

type Compare = (a: TransactionRow, b: TransactionRow) => number
const byRow = (compare: Compare) => (a: { original: TransactionRow }, b: { original: TransactionRow }) => compare(a.original, b.original)
const byText = (read: (row: TransactionRow) => string) => byRow((a, b) => read(a).localeCompare(read(b)))
const byNumber = (read: (row: TransactionRow) => number) => byRow((a, b) => read(a) - read(b))

export const columns = helper.columns([
  helper.accessor('createdAt', {
    id: 'created',
    header: 'Started',
    sortFn: byNumber((row) => row.createdAt),
    sortDescFirst: true,
    cell: ({ row }) => <Time at={row.original.createdAt} />,
  }),
  helper.accessor('method', {
    header: 'Method',
    sortFn: byText((row) => row.method),
    cell: ({ row }) => <span className="font-mono font-semibold">{row.original.method}</span>,
  }),
  helper.accessor('state', {
    header: 'State',
    sortFn: byText((row) => row.state),
    cell: ({ row }) => <StateBadge state={row.original.state} />,
  }),
  helper.accessor('status', {
    header: 'Status',
    sortFn: byNumber((row) => row.status ?? 0),
    cell: ({ row }) => <StatusText status={row.original.status} withReason />,
  }),
  helper.accessor('from', {
    header: 'From',
    sortFn: byText((row) => shortParty(row.from)),
    cell: ({ row }) => <Party value={row.original.from} />,
  }),
  helper.accessor('to', {
    header: 'To',
    sortFn: byText((row) => shortParty(row.to)),
    cell: ({ row }) => <Party value={row.original.to} />,
  }),
  helper.accessor('source', {
    header: 'Source',
    sortFn: byText((row) => row.source),
    cell: ({ row }) => (
      <span className="font-mono text-muted">{row.original.local ? 'this proxy' : row.original.source.replace(/^udp:/, '')}</span>
    ),
  }),
  helper.accessor('branches', {
    header: 'Branches',
    sortFn: byNumber((row) => row.branches.length),
    sortDescFirst: true,
    cell: ({ row }) => <Branches row={row.original} />,
  }),
  helper.accessor('retransmissions', {
    id: 'retr',
    header: 'Retr.',
    sortFn: byNumber((row) => row.retransmissions),
    sortDescFirst: true,
    cell: ({ row }) =>
      row.original.retransmissions === 0 ? (
        <span className="text-muted">0</span>
      ) : (
        <span className="font-medium text-warn">{row.original.retransmissions}</span>
      ),
  }),
  helper.accessor((row) => row.endedAt, {
    id: 'age',
    header: 'Lasted',
    sortFn: byNumber((row) => (row.endedAt ?? Number.MAX_SAFE_INTEGER / 2) - row.createdAt),
    sortDescFirst: true,
    cell: ({ row }) => <Age row={row.original} />,
  }),
  helper.accessor('callId', {
    id: 'callid',
    header: 'Call-ID',
    sortFn: byText((row) => row.callId),
    cell: ({ row }) => <span className="font-mono text-muted">{row.original.callId}</span>,
  }),
])

/** Grid tracks in the order of the columns. */
export const COLUMN_TRACKS =
  '96px 76px 84px minmax(64px,150px) minmax(76px,0.9fr) minmax(84px,1.1fr) 134px minmax(128px,1fr) 36px 66px minmax(72px,1.2fr)'

export const RIGHT_ALIGNED: ReadonlySet<string> = new Set(['retr', 'age'])

function Branches({ row }: { readonly row: TransactionRow }) {
  const first = row.branches[0]
  if (first === undefined) return <span className="text-muted">none</span>
  const more = row.branches.length - 1
  return (
    <span
      className="flex min-w-0 items-center gap-1.5 font-mono"
      title={row.branches.map((branch) => `${branch.target} ${branch.state} ${branch.status ?? ''}`).join('\n')}
    >
      <span className="min-w-0 truncate text-muted">{first.target.replace(/^udp:/, '')}</span>
      {more > 0 && <span className="shrink-0 rounded bg-raised px-1 text-2xs leading-4">+{more}</span>}
    </span>
  )
}
