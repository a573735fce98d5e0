import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { useCallback } from 'react'
import { useConsole } from '../api/console.ts'
import { queries } from '../api/queries.ts'
import { FilterBox } from '../components/FilterBox.tsx'
import { pathBuilder, type RpcSearch } from '../path-builder.ts'
import { Button } from '../ui/Button.tsx'
import { cx } from '../ui/cx.ts'
import { Notice } from '../ui/Notice.tsx'
import type { MethodInfo } from './rpc-form.ts'
import { RpcCall } from './RpcCall.tsx'

const listRoute = getRouteApi('/rpc')
const methodRoute = getRouteApi('/rpc/$method')

/** The list of methods, none chosen. */
export function RpcPage() {
  return <Rpc method={null} search={listRoute.useSearch()} />
}

/** One method with its form. */
export function RpcMethodPage() {
  const { method } = methodRoute.useParams()
  return <Rpc method={method} search={methodRoute.useSearch()} />
}

function Rpc({ method, search }: { readonly method: string | null; readonly search: RpcSearch }) {
  const { client } = useConsole()
  const navigate = useNavigate()
  const { data, error, refetch } = useQuery(queries.methods(client))
  const setFilter = useCallback(
    (f: string) => {
      const next = { ...search, f: f === '' ? undefined : f }
      void navigate({ ...(method === null ? pathBuilder.rpc(next) : pathBuilder.rpcMethod(method, next)), replace: true })
    },
    [navigate, search, method],
  )
  if (data === undefined) {
    if (error === null) return <Notice title="Reading the list of methods" />
    return (
      <Notice title="The methods cannot be listed">
        <p>{error.message}</p>
        <Button onClick={() => void refetch()}>Try again</Button>
      </Notice>
    )
  }
  const needle = (search.f ?? '').toLowerCase()
  const shown = data.methods.filter((one) => `${one.name} ${one.help}`.toLowerCase().includes(needle))
  const chosen = data.methods.find((one) => one.name === method)
  return (
    <div className="flex min-h-0 flex-1 flex-col md:flex-row">
      <div
        className={cx(
          'min-h-0 shrink-0 flex-col border-line bg-panel md:flex md:w-72 md:border-r',
          method === null ? 'flex flex-1 md:flex-none' : 'hidden',
        )}
      >
        <div className="flex border-b border-line p-2">
          <FilterBox label="Filter methods" placeholder="Find a method" value={search.f ?? ''} onChange={setFilter} />
        </div>
        <MethodNav methods={shown} chosen={method} filter={search.f} />
      </div>
      <div
        className={cx('min-h-0 min-w-0 flex-1 overflow-auto', method === null && 'max-md:hidden')}
        tabIndex={0}
        role="region"
        aria-label="Call"
      >
        {method === null && <Notice title="Choose a method">Each form is built from the contract of the engine.</Notice>}
        {method !== null && chosen === undefined && (
          <Notice title="This engine has no such method">
            <code className="font-mono text-text">{method}</code>
            <Link {...pathBuilder.rpc()} className="text-accent underline">
              All methods
            </Link>
          </Notice>
        )}
        {chosen !== undefined && <RpcCall key={chosen.name} method={chosen} search={search} />}
      </div>
    </div>
  )
}

function MethodNav({
  methods,
  chosen,
  filter,
}: {
  readonly methods: readonly MethodInfo[]
  readonly chosen: string | null
  readonly filter: string | undefined
}) {
  return (
    <nav aria-label="Methods" className="min-h-0 flex-1 overflow-auto p-1.5">
      {methods.length === 0 && <p className="px-2 py-4 text-center text-muted">No method matches.</p>}
      {methods.map((method) => (
        <Link
          key={method.name}
          {...pathBuilder.rpcMethod(method.name, { f: filter })}
          title={method.help}
          className={cx(
            'flex h-8 items-center gap-2 rounded-md px-2 font-mono text-xs md:h-7',
            method.name === chosen ? 'bg-accent-soft font-semibold text-accent' : 'hover:bg-hover',
          )}
        >
          <span className="min-w-0 truncate">{method.name}</span>
          {!method.readOnly && (
            <span className="ml-auto rounded bg-warn-soft px-1.5 font-sans text-2xs font-medium text-warn">changes</span>
          )}
        </Link>
      ))}
    </nav>
  )
}
