import { PlugZap, ServerOff } from 'lucide-react'
import { useConnection, useConsole } from '../api/console.ts'
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

function Reconnecting() {
  const { live } = useConsole()
  const { lastDataAt, retryAt } = useConnection()
  const now = useNow(500)
  const wait = retryAt === null ? 0 : Math.max(0, retryAt - now)
  return (
    <div role="alert" className={`${BAR} border-warn bg-warn-soft text-warn`}>
      <PlugZap size={15} aria-hidden />
      <span className="font-medium">
        {lastDataAt === null ? (
          'Connecting to the server, no data yet'
        ) : (
          <>
            Reconnecting, last data <Time at={lastDataAt} withMs={false} />
          </>
        )}
      </span>
      <span>{wait > 0 ? `next try in ${formatDuration(Math.max(100, wait))}` : 'trying now'}</span>
      <Button className="ml-auto h-6!" onClick={() => live.retryNow()}>
        Try now
      </Button>
    </div>
  )
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
