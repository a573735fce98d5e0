import { Link } from '@tanstack/react-router'
import { SearchX, Unplug } from 'lucide-react'
import { ApiError, sentenceOf } from '../api/errors.ts'
import { pathBuilder } from '../path-builder.ts'
import { Notice } from '../ui/Notice.tsx'

/** An address of a transaction that the engine does not have. */
export function TransactionGone() {
  return (
    <Notice icon={<SearchX size={28} strokeWidth={1.6} />} title="This transaction is gone">
      <p>{sentenceOf('TRANSACTION_NOT_FOUND')}</p>
      <Link {...pathBuilder.transactions()} className="text-accent underline">
        Live transactions
      </Link>
    </Notice>
  )
}

/** Whether the transaction is still there is not known. */
export function EngineUnasked({ error }: { readonly error: Error }) {
  return (
    <Notice icon={<Unplug size={28} strokeWidth={1.6} />} title="How this transaction stands is not known">
      <p>{error.message}</p>
      {error instanceof ApiError && error.detail !== null && <p className="font-mono text-xs">{error.detail}</p>}
      <p>This page asks again by itself.</p>
    </Notice>
  )
}

/** Its end was never told: the engine that had it is gone. */
export function TransactionLost() {
  return (
    <p role="status" className="shrink-0 border-b border-warn bg-warn-soft px-3 py-1 text-xs text-warn md:px-4">
      The engine no longer knows this transaction, most likely because it was started again. What is here is from before.
    </p>
  )
}
