import { Link } from '@tanstack/react-router'
import { pathBuilder } from '../path-builder.ts'
import { PLACES } from './places.ts'
import { Wordmark } from './Wordmark.tsx'

/** Left on a desk, at the bottom on a phone. */
export function Rail() {
  return (
    <nav
      aria-label="Pages"
      className="order-last flex shrink-0 justify-around border-t border-line bg-panel md:order-first md:w-[88px] md:flex-col md:justify-start md:gap-0.5 md:border-t-0 md:border-r md:px-1.5 md:pb-2"
    >
      <Link {...pathBuilder.overview()} aria-label="Signalbox" className="hidden h-12 items-center justify-center md:flex">
        <Wordmark />
      </Link>
      {PLACES.map(({ label, icon: Icon, link, keys }) => (
        <Link
          key={label}
          {...link}
          title={`${label} (${keys})`}
          activeOptions={{ exact: link.to === '/', includeSearch: false }}
          className="flex h-14 flex-1 flex-col items-center justify-center gap-1 rounded-lg text-2xs font-medium text-muted hover:bg-hover hover:text-text aria-[current=page]:bg-accent-soft aria-[current=page]:text-accent md:h-[52px] md:flex-none"
        >
          <Icon size={18} strokeWidth={1.8} aria-hidden />
          {label}
        </Link>
      ))}
    </nav>
  )
}
