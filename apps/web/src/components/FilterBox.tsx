import { Search, X } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { useHotkeys } from '../keyboard/hotkeys.ts'
import { cx } from '../ui/cx.ts'

interface FilterBoxProps {
  readonly value: string
  readonly onChange: (value: string) => void
  readonly placeholder: string
  readonly label: string
  readonly error?: string | null
  readonly examples?: readonly string[]
}

const SETTLE_MS = 150

/** One box, `/` focuses it. The URL follows after a short rest, so that typing does not fill the history. */
export function FilterBox({ value, onChange, placeholder, label, error = null, examples = [] }: FilterBoxProps) {
  const input = useRef<HTMLInputElement>(null)
  const [draft, setDraft] = useState(value)
  const [seen, setSeen] = useState(value)
  if (seen !== value) {
    setSeen(value)
    setDraft(value)
  }
  useEffect(() => {
    if (draft === value) return
    const id = setTimeout(() => onChange(draft), SETTLE_MS)
    return () => clearTimeout(id)
  }, [draft, value, onChange])
  useHotkeys({ filter: () => input.current?.focus() })
  const errorId = `${label.replace(/\W/g, '-')}-error`
  const listId = `${label.replace(/\W/g, '-')}-examples`
  return (
    <div className="relative min-w-0 flex-1">
      <Search size={14} className="pointer-events-none absolute top-[7px] left-2.5 text-muted" aria-hidden />
      <input
        ref={input}
        value={draft}
        onChange={(event) => setDraft(event.target.value)}
        placeholder={placeholder}
        aria-label={label}
        aria-invalid={error !== null}
        {...(error === null ? {} : { 'aria-describedby': errorId })}
        list={listId}
        spellCheck={false}
        autoCapitalize="off"
        autoCorrect="off"
        className={cx(
          'h-7 w-full rounded-md border bg-panel pr-7 pl-8 font-mono text-xs placeholder:font-sans placeholder:text-muted',
          error === null ? 'border-line' : 'border-bad',
        )}
      />
      <datalist id={listId}>
        {examples.map((example) => (
          <option key={example} value={example} />
        ))}
      </datalist>
      {draft !== '' && (
        <button
          type="button"
          aria-label="Clear the filter"
          onClick={() => {
            setDraft('')
            onChange('')
            input.current?.focus()
          }}
          className="absolute top-1 right-1 rounded p-0.5 text-muted hover:bg-hover hover:text-text"
        >
          <X size={15} />
        </button>
      )}
      {error !== null && (
        <p
          id={errorId}
          role="status"
          className="absolute top-8 left-0 z-20 rounded-md border border-bad bg-bad-soft px-2.5 py-1 text-xs text-bad shadow-pop"
        >
          {error}
        </p>
      )}
    </div>
  )
}
