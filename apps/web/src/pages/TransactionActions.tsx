import type { BranchCancelled, LiveBranch } from '@signalbox/contract'
import { useMutation } from '@tanstack/react-query'
import { useState, type ReactNode } from 'react'
import { useConsole } from '../api/console.ts'
import { ApiError } from '../api/errors.ts'
import { reasonPhrase } from '../format/sip.ts'
import { Button } from '../ui/Button.tsx'
import { Dialog } from '../ui/Dialog.tsx'

interface ActionProps {
  readonly index: number
  readonly label: number
  readonly onClose: () => void
}

const INPUT = 'h-8 rounded-md border border-line bg-bg px-2.5 font-mono text-xs'
const LEAST_FINAL = 200
const LAST_CODE = 699
const SUGGESTED = '480'

/** Asks once more, then cancels one branch and leaves the others alone. */
export function CancelBranchDialog({ index, label, branch, onClose }: ActionProps & { readonly branch: LiveBranch }) {
  const { client } = useConsole()
  const cancel = useMutation({
    mutationFn: () => client.call('signalbox.tx.cancel_branch', [index, label, branch.index]) as Promise<BranchCancelled>,
    onSuccess: onClose,
  })
  return (
    <Confirm
      title={`Cancel branch ${branch.index}?`}
      doIt="Cancel this branch"
      keep="Keep it"
      pending={cancel.isPending}
      error={cancel.error}
      onClose={onClose}
      onSubmit={() => cancel.mutate()}
    >
      <p>
        <span className="font-mono wrap-anywhere">{branch.uri || branch.target}</span> stops ringing. The other branches go on; when none is
        left, the caller gets the best reply, 487 Request Terminated if nothing better came.
      </p>
    </Confirm>
  )
}

/** Sends a final reply of the operator's choice upstream; open branches are cancelled. */
export function ForceReplyDialog({ index, label, onClose }: ActionProps) {
  const { client } = useConsole()
  const [code, setCode] = useState(SUGGESTED)
  const [reason, setReason] = useState('')
  const status = Number(code)
  const fits = /^\d{3}$/.test(code) && status >= LEAST_FINAL && status <= LAST_CODE
  const reply = useMutation({
    mutationFn: () => client.call('signalbox.tx.reply', [index, label, status, ...(reason.trim() === '' ? [] : [reason.trim()])]),
    onSuccess: onClose,
  })
  return (
    <Confirm
      title="Force a final reply?"
      doIt="Send this reply"
      keep="Do nothing"
      pending={reply.isPending || !fits}
      error={reply.error}
      onClose={onClose}
      onSubmit={() => reply.mutate()}
    >
      <p>The caller gets this reply at once, and branches that are still open are cancelled.</p>
      <div className="flex flex-wrap gap-3">
        <label className="flex w-24 flex-col gap-1">
          <span className="label">Code</span>
          <input className={INPUT} value={code} inputMode="numeric" onChange={(event) => setCode(event.target.value)} />
        </label>
        <label className="flex min-w-40 flex-1 flex-col gap-1">
          <span className="label">Reason phrase</span>
          <input
            className={INPUT}
            value={reason}
            placeholder={fits ? reasonPhrase(status) : ''}
            onChange={(event) => setReason(event.target.value)}
          />
        </label>
      </div>
      {!fits && <p className="text-xs text-bad">The code of a final reply is a number from 200 to 699.</p>}
    </Confirm>
  )
}

interface ConfirmProps {
  readonly title: string
  readonly doIt: string
  readonly keep: string
  readonly pending: boolean
  readonly error: Error | null
  readonly onClose: () => void
  readonly onSubmit: () => void
  readonly children: ReactNode
}

function Confirm({ title, doIt, keep, pending, error, onClose, onSubmit, children }: ConfirmProps) {
  return (
    <Dialog title={title} onClose={onClose}>
      <form
        className="flex flex-col gap-4 px-5 pb-5"
        onSubmit={(event) => {
          event.preventDefault()
          onSubmit()
        }}
      >
        {children}
        {error !== null && (
          <p role="alert" className="text-xs text-bad">
            {error instanceof ApiError ? (error.detail ?? error.message) : error.message}
          </p>
        )}
        <div className="flex flex-wrap justify-end gap-2">
          <Button onClick={onClose}>{keep}</Button>
          <Button type="submit" tone="accent" disabled={pending}>
            {doIt}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
