import type { CallTrace, TraceKind } from '@signalbox/contract'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useConsole } from '../api/console.ts'
import { ApiError } from '../api/errors.ts'
import { queries } from '../api/queries.ts'
import { formatCount } from '../format/number.ts'
import { Button } from '../ui/Button.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { Time } from './Time.tsx'

const KINDS: Readonly<Record<TraceKind, string>> = { user: 'User', 'call-id': 'Call-ID', source: 'IP address' }
const DURATIONS: readonly (readonly [seconds: number, text: string])[] = [
  [600, '10 minutes'],
  [3600, '1 hour'],
  [86_400, '1 day'],
]
const INPUT = 'h-8 rounded-md border border-line bg-bg px-2.5 text-xs'

/** What is recorded, and the calls that are recorded whatever the load. */
export function RecordingDialog({ oneIn, onClose }: { readonly oneIn: number; readonly onClose: () => void }) {
  const { client } = useConsole()
  const { data } = useQuery(queries.traces(client))
  const traces = data?.traces ?? []
  return (
    <Dialog title="What is recorded" onClose={onClose}>
      <div className="flex flex-col gap-4 px-5 pb-5">
        <p className="text-muted">
          {oneIn === 1
            ? 'Every call is recorded with all its messages, states and timers. Under load it is one in 2, 4, 8 … calls, each of these completely.'
            : `Under this load one in ${formatCount(oneIn)} calls is recorded, each of these completely. Failures are recorded whatever their call.`}{' '}
          A traced call is recorded whatever the load.
        </p>
        <TraceForm />
        {traces.length > 0 && (
          <ul aria-label="Traces" className="flex flex-col divide-y divide-line border-y border-line">
            {traces.map((trace) => (
              <TraceRow key={trace.id} trace={trace} />
            ))}
          </ul>
        )}
      </div>
    </Dialog>
  )
}

/** Calls a method that changes the traces, then reads them anew. */
function useTraceCall() {
  const { client } = useConsole()
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: ({ method, params }: { readonly method: string; readonly params: readonly unknown[] }) => client.call(method, params),
    onSettled: () => queryClient.invalidateQueries({ queryKey: queries.traces(client).queryKey }),
  })
}

function TraceForm() {
  const [kind, setKind] = useState<TraceKind>('user')
  const [value, setValue] = useState('')
  const [seconds, setSeconds] = useState(DURATIONS[0][0])
  const start = useTraceCall()
  return (
    <form
      className="flex flex-col gap-2"
      onSubmit={(event) => {
        event.preventDefault()
        start.mutate({ method: 'signalbox.trace.start', params: [kind, value.trim(), seconds] }, { onSuccess: () => setValue('') })
      }}
    >
      <div className="flex flex-wrap items-end gap-2">
        <label className="flex flex-col gap-1">
          <span className="label">Trace by</span>
          <select className={INPUT} value={kind} onChange={(event) => setKind(event.target.value as TraceKind)}>
            {Object.entries(KINDS).map(([name, text]) => (
              <option key={name} value={name}>
                {text}
              </option>
            ))}
          </select>
        </label>
        <label className="flex min-w-40 flex-1 flex-col gap-1">
          <span className="label">{KINDS[kind]}</span>
          <input
            className={`${INPUT} font-mono`}
            value={value}
            spellCheck={false}
            autoComplete="off"
            onChange={(event) => setValue(event.target.value)}
          />
        </label>
        <label className="flex flex-col gap-1">
          <span className="label">For</span>
          <select className={INPUT} value={seconds} onChange={(event) => setSeconds(Number(event.target.value))}>
            {DURATIONS.map(([duration, text]) => (
              <option key={duration} value={duration}>
                {text}
              </option>
            ))}
          </select>
        </label>
        <Button type="submit" tone="accent" className="h-8!" disabled={value.trim() === '' || start.isPending}>
          Trace
        </Button>
      </div>
      {start.error !== null && (
        <p role="alert" className="text-xs text-bad">
          {start.error instanceof ApiError ? (start.error.detail ?? start.error.message) : String(start.error)}
        </p>
      )}
    </form>
  )
}

function TraceRow({ trace }: { readonly trace: CallTrace }) {
  const stop = useTraceCall()
  return (
    <li className="flex items-center gap-2 py-1.5 text-xs">
      <span className="text-muted">{KINDS[trace.kind]}</span>
      <span className="min-w-0 flex-1 truncate font-mono">{trace.value}</span>
      <span className="text-muted">
        until <Time at={trace.until} withMs={false} />
      </span>
      <Button
        tone="quiet"
        aria-label={`Stop tracing ${trace.value}`}
        onClick={() => stop.mutate({ method: 'signalbox.trace.stop', params: [trace.id] })}
      >
        Stop
      </Button>
    </li>
  )
}
