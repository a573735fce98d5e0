import { PlugZap, ServerOff } from 'lucide-react'
import { useConnection, useConsole } from '../api/console.ts'
import type { ApiError } from '../api/errors.ts'
import { formatDuration } from '../format/time.ts'
import { Button } from '../ui/Button.tsx'
import { Time } from './Time.tsx'
import { useNow } from './use-now.ts'

/** Says in one line what is broken and since when; nothing while all is well. */
export function ConnectionBanner() {
  const connection = useConnection()
  if (connection.phase === 'unauthorized') return null
  if (connection.phase !== 'open') return connection.lastDataAt === null && connection.retryAt === null ? null : <Reconnecting />
  return connection.engine === 'down' ? <EngineDown /> : null
}

const BAR = 'flex min-h-9 flex-wrap items-center gap-x-3 gap-y-1 border-b px-4 py-1 text-xs'

/** The alert is spoken whenever its text changes, so what counts down stands beside it. */
function Reconnecting() {
  const { live } = useConsole()
  const { lastDataAt, retryAt, reason } = useConnection()
  return (
    <section aria-label="Connection" className={`${BAR} border-warn bg-warn-soft text-warn`}>
      <PlugZap size={15} className="shrink-0" aria-hidden />
      <p role="alert" className="flex min-w-64 flex-1 flex-wrap items-center gap-x-3">
        <span className="font-medium">
          {lastDataAt === null ? (
            'Connecting to the server, no data yet'
          ) : (
            <>
              Reconnecting, last data <Time at={lastDataAt} withMs={false} />
            </>
          )}
        </span>
        {reason !== null && <Reason reason={reason} />}
      </p>
      <NextTry retryAt={retryAt} />
      <Button className="ml-auto h-6!" onClick={() => live.retryNow()}>
        Try now
      </Button>
    </section>
  )
}

function Reason({ reason }: { readonly reason: ApiError }) {
  return (
    <span>
      {reason.message} <span className="font-mono whitespace-nowrap">{reason.detail ?? reason.code}</span>
    </span>
  )
}

function NextTry({ retryAt }: { readonly retryAt: number | null }) {
  const now = useNow(500)
  const wait = retryAt === null ? 0 : Math.max(0, retryAt - now)
  return <span className="tabular-nums">{wait > 0 ? `next try in ${formatDuration(Math.max(100, wait))}` : 'trying now'}</span>
}

function EngineDown() {
  const { lastDataAt } = useConnection()
  return (
    <div role="alert" className={`${BAR} border-bad bg-bad-soft text-bad`}>
      <ServerOff size={15} aria-hidden />
      <span className="font-medium">
        The engine does not answer
        {lastDataAt !== null && (
          <>
            , last data <Time at={lastDataAt} withMs={false} />
          </>
        )}
      </span>
      <span>The API is up and reconnects to it by itself. No SIP is handled while the engine is down.</span>
    </div>
  )
}
