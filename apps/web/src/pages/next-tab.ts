import { TX_TABS, type TxTab } from '../path-builder.ts'

/** The tab that a key leads to, as the ARIA pattern of tabs has it; null: the key is none of theirs. */
export function nextTab(tab: TxTab, key: string): TxTab | null {
  const at = TX_TABS.indexOf(tab)
  if (key === 'Home') return TX_TABS[0]
  if (key === 'End') return TX_TABS[TX_TABS.length - 1]
  if (key !== 'ArrowRight' && key !== 'ArrowLeft') return null
  const step = key === 'ArrowRight' ? 1 : -1
  return TX_TABS[(at + step + TX_TABS.length) % TX_TABS.length]
}
