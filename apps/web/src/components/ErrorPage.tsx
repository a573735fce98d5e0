import type { ErrorComponentProps } from '@tanstack/react-router'
import { TriangleAlert } from 'lucide-react'
import { Button } from '../ui/Button.tsx'
import { Notice } from '../ui/Notice.tsx'
import { CopyButton } from './CopyButton.tsx'

/** A page failed; the shell stays. */
export function ErrorPage({ error, reset }: ErrorComponentProps) {
  const { message, stack = '' } = error instanceof Error ? error : new Error(String(error))
  return (
    <Notice icon={<TriangleAlert size={28} />} title="This page failed">
      <p>{message}</p>
      <div className="flex gap-2">
        <Button tone="accent" onClick={reset}>
          Try again
        </Button>
        <CopyButton label="Copy details" text={() => `${message}\n${stack}`} />
      </div>
    </Notice>
  )
}
