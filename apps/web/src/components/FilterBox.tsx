import { Search, X } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { useHotkeys } from '../keyboard/hotkeys.ts'
import { cx } from '../ui/cx.ts'
import { followUrl, sentDraft, type FilterDraft } from './filter-draft.ts'

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
  const [draft, setDraft] = useState<FilterDraft>({ text: value, value, sent: [] })
  const current = followUrl(draft, value)
  if (current !== draft) setDraft(current)
  const { text } = current
  useEffect(() => {
    if (text === value) return
    const id = setTimeout(() => {
      setDraft(sentDraft)
      onChange(text)
    }, SETTLE_MS)
    return () => clearTimeout(id)
  }, [text, value, onChange])
  const write = (next: string): void => setDraft((before) => ({ ...before, text: next }))
  useHotkeys({ filter: () => input.current?.focus() })
  const errorId = `${label.replace(/\W/g, '-')}-error`
  const listId = `${label.replace(/\W/g, '-')}-examples`
  return (
    <div className="relative min-w-0 flex-1 max-sm:basis-full">
      <Search size={14} className="pointer-events-none absolute top-[7px] left-2.5 text-muted" aria-hidden />
      <input
        ref={input}
        value={text}
        onChange={(event) => write(event.target.value)}
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
      {text !== '' && (
        <button
          type="button"
          aria-label="Clear the filter"
          onClick={() => {
            write('')
            setDraft(sentDraft)
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
