import { Link, useNavigate } from '@tanstack/react-router'
import type { KeyboardEvent } from 'react'
import { pathBuilder, TX_TABS, type TransactionSearch, type TxTab } from '../path-builder.ts'
import { cx } from '../ui/cx.ts'
import { nextTab } from './next-tab.ts'

export const TAB_PANEL = 'transaction-view'
export const TAB_NAMES: Readonly<Record<TxTab, string>> = { ladder: 'Ladder', now: 'Now', messages: 'Messages', json: 'JSON' }

interface TransactionTabsProps {
  readonly transaction: string
  readonly search: TransactionSearch
  readonly tab: TxTab
  /** How many messages there are. */
  readonly messages: number
}

/** Links, so that a view has an address; one stop for the Tab key, and arrows between them. */
export function TransactionTabs({ transaction, search, tab, messages }: TransactionTabsProps) {
  const navigate = useNavigate()
  const linkOf = (name: TxTab) => pathBuilder.transaction(transaction, { ...search, tab: name === 'ladder' ? undefined : name })
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.altKey || event.ctrlKey || event.metaKey) return
    const next = nextTab(tab, event.key)
    if (next === null) return
    event.preventDefault()
    document.getElementById(idOf(next))?.focus()
    void navigate({ ...linkOf(next), replace: true })
  }
  return (
    <div role="tablist" aria-label="Views" onKeyDown={onKeyDown} className="flex shrink-0 gap-1 border-b border-line bg-panel px-3">
      {TX_TABS.map((name) => (
        <Link
          key={name}
          {...linkOf(name)}
          role="tab"
          id={idOf(name)}
          aria-selected={tab === name}
          aria-controls={TAB_PANEL}
          tabIndex={tab === name ? 0 : -1}
          className={cx(
            '-mb-px border-b-2 px-3 py-1.5 text-xs font-medium',
            tab === name ? 'border-accent text-accent' : 'border-transparent text-muted hover:text-text',
          )}
        >
          {TAB_NAMES[name]}
          {name === 'messages' && <span className="ml-1.5 text-muted">{messages}</span>}
        </Link>
      ))}
    </div>
  )
}

const idOf = (name: TxTab): string => `tab-${name}`
