import { Check, Copy, TriangleAlert } from 'lucide-react'
import { useEffect, useState } from 'react'
import { Button } from '../ui/Button.tsx'
import { copyText } from './copy-text.ts'

interface CopyButtonProps {
  readonly text: () => string
  readonly label: string
  /** Icon only; the label is the accessible name. */
  readonly small?: boolean
}

export function CopyButton({ text, label, small = false }: CopyButtonProps) {
  const [outcome, setOutcome] = useState<'idle' | 'done' | 'refused'>('idle')
  useEffect(() => {
    if (outcome === 'idle') return
    const id = setTimeout(() => setOutcome('idle'), 1600)
    return () => clearTimeout(id)
  }, [outcome])
  const icon = outcome === 'done' ? <Check size={14} /> : outcome === 'refused' ? <TriangleAlert size={14} /> : <Copy size={14} />
  const said = outcome === 'done' ? 'Copied' : outcome === 'refused' ? 'The browser refused' : label
  const press = () => void copyText(text()).then((done) => setOutcome(done ? 'done' : 'refused'))
  return (
    <>
      {small ? (
        <Button tone="quiet" icon={icon} aria-label={label} title={said} onClick={press} />
      ) : (
        <Button tone="plain" icon={icon} onClick={press}>
          {said}
        </Button>
      )}
      <span role="status" className="sr-only">
        {outcome === 'idle' ? '' : said}
      </span>
    </>
  )
}
