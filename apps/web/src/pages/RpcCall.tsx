import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { ArrowLeft, Copy, Play } from 'lucide-react'
import { memo, useState } from 'react'
import { useConsole } from '../api/console.ts'
import { ApiError } from '../api/errors.ts'
import { tokenStore } from '../api/token.ts'
import { CopyButton } from '../components/CopyButton.tsx'
import { JsonView } from '../components/JsonView.tsx'
import { Time } from '../components/Time.tsx'
import { formatCount } from '../format/number.ts'
import { formatDuration } from '../format/time.ts'
import { pathBuilder, serverPath, type RpcSearch } from '../path-builder.ts'
import { Button } from '../ui/Button.tsx'
import { cx } from '../ui/cx.ts'
import { callSaid } from './call-said.ts'
import { RESULTS_KEPT, rpcHistory, useCallHistory, type Outcome, type PastCall } from './rpc-history.ts'
import { curlOf, fieldKind, inputsFrom, readParams, type MethodInfo, type ParameterInfo } from './rpc-form.ts'

/** Form, result and history of one method. */
export function RpcCall({ method, search }: { readonly method: MethodInfo; readonly search: RpcSearch }) {
  const { client } = useConsole()
  const navigate = useNavigate()
  const queryClient = useQueryClient()
  const [inputs, setInputs] = useState(() => inputsFrom(search.p, method.parameters))
  const [complaint, setComplaint] = useState<{ readonly parameter: string; readonly message: string } | null>(null)
  /** `at` of the earlier call whose answer is shown; null: that of the newest. */
  const [picked, setPicked] = useState<number | null>(null)
  const call = useMutation({
    mutationFn: async (params: readonly unknown[]): Promise<PastCall> => {
      const at = Date.now()
      const started = performance.now()
      const outcome = await client.call(method.name, params).then(
        (result): Outcome => ({ type: 'answered', result }),
        (error: unknown): Outcome => ({ type: 'refused', error: error instanceof Error ? error : new Error(String(error)) }),
      )
      return { method: method.name, params, at, tookMs: performance.now() - started, outcome }
    },
    onSuccess: (made) => {
      rpcHistory.add(made)
      setPicked(null)
      // A reload changes what the overview says of the script.
      if (!method.readOnly) void queryClient.invalidateQueries()
    },
  })
  const read = readParams(method, inputs)
  const submit = (): void => {
    setComplaint(read.ok ? null : read)
    if (!read.ok) return
    const p = read.params.length === 0 ? undefined : JSON.stringify(read.params)
    void navigate({ ...pathBuilder.rpcMethod(method.name, { ...search, p }), replace: true })
    call.mutate(read.params)
  }
  const past = useCallHistory(method.name)
  const shown = past.find(({ at }) => at === picked) ?? past[0]
  const pick = (earlier: PastCall): void => {
    setPicked(earlier.at)
    setComplaint(null)
    setInputs(inputsFrom(JSON.stringify(earlier.params), method.parameters))
  }
  return (
    <div className="mx-auto flex max-w-5xl flex-col gap-4 p-3 md:p-5">
      <header>
        <Link {...pathBuilder.rpc({ f: search.f })} className="mb-2 inline-flex items-center gap-1 text-xs text-accent md:hidden">
          <ArrowLeft size={14} /> All methods
        </Link>
        <h2 className="font-mono text-lg font-semibold">{method.name}</h2>
        <p className="text-muted">{method.help}</p>
      </header>
      <form
        className="flex flex-col gap-3"
        onSubmit={(event) => {
          event.preventDefault()
          submit()
        }}
      >
        {method.parameters.map((parameter, i) => (
          <Field
            key={parameter.name}
            parameter={parameter}
            value={inputs[i]}
            error={complaint?.parameter === parameter.name ? complaint.message : null}
            onChange={(value) => setInputs(inputs.map((old, j) => (j === i ? value : old)))}
          />
        ))}
        <div className="flex flex-wrap items-center gap-2">
          <Button type="submit" tone="accent" icon={<Play size={14} />} disabled={call.isPending} aria-describedby="rpc-effect">
            Call
          </Button>
          {read.ok ? (
            <CopyButton
              label="Copy as curl"
              text={() => curlOf(location.origin + serverPath.rpc(method.name), read.params, tokenStore.get() !== null)}
            />
          ) : (
            <Button icon={<Copy size={14} />} onClick={() => setComplaint(read)}>
              Copy as curl
            </Button>
          )}
          <span id="rpc-effect" className="text-xs text-muted">
            {method.readOnly ? 'Reads only' : 'Changes the running engine'}
          </span>
        </div>
      </form>
      <p className={call.isPending ? 'text-muted' : 'sr-only'} role="status">
        {call.isPending ? 'Waiting for the answer' : call.data !== undefined && callSaid(call.data)}
      </p>
      {shown === undefined ? <Example method={method} /> : <Answer call={shown} search={search} />}
      {past.length > 1 && <History calls={past} shown={shown} onPick={pick} />}
    </div>
  )
}

interface FieldProps {
  readonly parameter: ParameterInfo
  readonly value: string
  readonly error: string | null
  readonly onChange: (value: string) => void
}

const BOX = 'w-full rounded-md border bg-panel px-2.5 font-mono text-xs'
const INPUT = `${BOX} h-8 max-w-md`

function Field({ parameter, value, error, onChange }: FieldProps) {
  const kind = fieldKind(parameter.schema)
  const id = `parameter-${parameter.name}`
  const border = error === null ? 'border-line' : 'border-bad'
  const told = { 'aria-invalid': error !== null, 'aria-describedby': `${id}-help` }
  return (
    <div className="flex flex-col gap-1">
      <label htmlFor={id} className="flex items-baseline gap-2">
        <span className="font-mono text-xs font-semibold">{parameter.name}</span>
        <span className="text-2xs text-muted">{parameter.required ? 'required' : 'optional'}</span>
      </label>
      {kind.type === 'choice' ? (
        <select id={id} value={value} onChange={(event) => onChange(event.target.value)} {...told} className={`${INPUT} ${border}`}>
          {!parameter.required && <option value="">not given</option>}
          {kind.values.map((choice) => (
            <option key={choice}>{choice}</option>
          ))}
        </select>
      ) : kind.type === 'text' && kind.lines ? (
        <textarea
          id={id}
          value={value}
          rows={Math.min(Math.max(value.split('\n').length + 1, 4), 16)}
          onChange={(event) => onChange(event.target.value)}
          spellCheck={false}
          autoComplete="off"
          {...told}
          className={`${BOX} max-w-2xl resize-y py-1.5 leading-5 ${border}`}
        />
      ) : (
        <input
          id={id}
          value={value}
          onChange={(event) => onChange(event.target.value)}
          inputMode={kind.type === 'integer' ? 'numeric' : 'text'}
          spellCheck={false}
          autoComplete="off"
          {...told}
          placeholder={kind.type === 'json' ? 'JSON' : ''}
          className={`${INPUT} ${border}`}
        />
      )}
      <p id={`${id}-help`} className={error === null ? 'text-xs text-muted' : 'text-xs text-bad'}>
        {error ?? parameter.help}
      </p>
    </div>
  )
}

const VERDICT = {
  answered: ['Answer', 'answered', 'text-good'],
  forgotten: ['Answer', 'answered', 'text-good'],
  refused: ['Refused', 'refused', 'text-bad'],
} as const

/** Drawn again for another call only, not for every letter typed above it: a result can be long. */
const Answer = memo(function Answer({ call, search }: { readonly call: PastCall; readonly search: RpcSearch }) {
  const raw = search.view === 'raw'
  const { outcome } = call
  const [title, , tone] = VERDICT[outcome.type]
  return (
    <section aria-label="Answer" className="overflow-hidden rounded-lg border border-line bg-panel">
      <header className="flex min-h-9 flex-wrap items-center gap-2 border-b border-line px-3 py-1 text-xs">
        <span className={`font-semibold ${tone}`}>{title}</span>
        <span className="text-muted">
          <Time at={call.at} />, {formatDuration(call.tookMs)}
        </span>
        {outcome.type !== 'forgotten' && (
          <span className="ml-auto flex gap-1">
            <Link
              {...pathBuilder.rpcMethod(call.method, { ...search, view: raw ? undefined : 'raw' })}
              replace
              className="inline-flex h-7 items-center rounded-md border border-line px-2.5 font-medium hover:bg-hover"
            >
              {raw ? 'Tree' : 'Raw'}
            </Link>
            <CopyButton
              small
              label="Copy the answer"
              text={() => (outcome.type === 'answered' ? textOf(outcome.result) : outcome.error.message)}
            />
          </span>
        )}
      </header>
      <div className="max-h-[60vh] overflow-auto p-3 font-mono text-xs leading-5" tabIndex={0} role="region" aria-label="Answer text">
        {outcome.type === 'refused' ? (
          <Refusal error={outcome.error} />
        ) : outcome.type === 'forgotten' ? (
          <p className="font-sans text-sm text-muted">
            This answer is no longer here: the tab keeps those of the newest {RESULTS_KEPT} calls. Call again for a new one.
          </p>
        ) : raw || typeof outcome.result === 'string' ? (
          <RawText text={textOf(outcome.result)} />
        ) : (
          <JsonView value={outcome.result} />
        )}
      </div>
    </section>
  )
})

/** Browsers lay out a text of megabytes for many seconds, in which the tab hangs. */
const RAW_SHOWN = 100_000

function RawText({ text }: { readonly text: string }) {
  return (
    <>
      <pre className="whitespace-pre-wrap">{text.slice(0, RAW_SHOWN)}</pre>
      {text.length > RAW_SHOWN && (
        <p className="mt-2 font-sans text-sm text-muted">
          These are the first {formatCount(RAW_SHOWN)} of {formatCount(text.length)} characters. The copy has all of them.
        </p>
      )}
    </>
  )
}

function textOf(result: unknown): string {
  return typeof result === 'string' ? result : JSON.stringify(result, null, 2)
}

function Refusal({ error }: { readonly error: Error }) {
  return (
    <div className="flex flex-col gap-1 font-sans text-sm">
      <p>{error.message}</p>
      {error instanceof ApiError && error.detail !== null && <p className="font-mono text-xs text-bad">{error.detail}</p>}
    </div>
  )
}

function Example({ method }: { readonly method: MethodInfo }) {
  return (
    <section aria-label="Example" className="rounded-lg border border-dashed border-line-strong">
      <h3 className="label px-3 pt-2">Example answer</h3>
      <div className="max-h-80 overflow-auto p-3 font-mono text-xs leading-5" tabIndex={0} role="region" aria-label="Example answer">
        <JsonView value={method.example.result} />
      </div>
    </section>
  )
}

interface HistoryProps {
  readonly calls: readonly PastCall[]
  readonly shown: PastCall
  readonly onPick: (call: PastCall) => void
}

/** Each brings back what was asked and, as long as it is kept, what was answered. */
function History({ calls, shown, onPick }: HistoryProps) {
  return (
    <section aria-label="History">
      <h3 className="label mb-1">Calls in this tab</h3>
      <ul className="overflow-hidden rounded-lg border border-line bg-panel">
        {calls.map((call) => (
          <li key={call.at} className="border-b border-line/60 last:border-b-0">
            <button
              type="button"
              onClick={() => onPick(call)}
              {...(call === shown ? { 'aria-current': true as const } : {})}
              className={cx(
                'flex h-7 w-full items-center gap-3 px-3 text-left text-xs hover:bg-hover',
                call === shown && 'bg-accent-soft! shadow-[inset_3px_0_0_var(--accent)]',
              )}
            >
              <Time at={call.at} withMs={false} />
              <span className={VERDICT[call.outcome.type][2]}>{VERDICT[call.outcome.type][1]}</span>
              <span className="min-w-0 truncate font-mono">{JSON.stringify(call.params)}</span>
              <span className="ml-auto shrink-0 text-muted">{formatDuration(call.tookMs)}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  )
}
