import type { ComponentProps, ReactNode } from 'react'
import { cx } from './cx.ts'

type ButtonProps = ComponentProps<'button'> & {
  readonly tone?: 'plain' | 'accent' | 'quiet'
  readonly pressed?: boolean
  readonly icon?: ReactNode
}

const TONES = {
  plain: 'border border-line bg-panel text-text hover:bg-hover',
  accent: 'border border-transparent bg-accent text-on-accent hover:brightness-110',
  quiet: 'border border-transparent text-muted hover:bg-hover hover:text-text',
} as const

export function Button({ tone = 'plain', pressed, icon, className, children, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      {...(pressed === undefined ? {} : { 'aria-pressed': pressed })}
      className={cx(
        'inline-flex h-7 shrink-0 items-center gap-1.5 rounded-md px-2.5 text-xs font-medium whitespace-nowrap disabled:cursor-not-allowed disabled:opacity-50',
        TONES[tone],
        pressed === true && 'border-accent! bg-accent-soft! text-accent!',
        children === undefined && 'px-1.5!',
        className,
      )}
      {...rest}
    >
      {icon}
      {children}
    </button>
  )
}
