export function Kbd({ keys }: { readonly keys: string }) {
  return (
    <span className="inline-flex gap-1">
      {keys.split(/[ +]/).map((key) => (
        <kbd
          key={key}
          className="inline-flex h-5 min-w-5 items-center justify-center rounded border border-line-strong bg-raised px-1 font-mono text-2xs text-text"
        >
          {key === 'Escape' ? 'Esc' : key}
        </kbd>
      ))}
    </span>
  )
}
