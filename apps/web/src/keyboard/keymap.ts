/** Every key of the console. The help sheet is drawn from this table. */
export const KEYMAP = {
  'go-overview': { keys: 'g o', group: 'Go to', text: 'Overview' },
  'go-transactions': { keys: 'g t', group: 'Go to', text: 'Transactions' },
  'go-events': { keys: 'g e', group: 'Go to', text: 'Events' },
  'go-rpc': { keys: 'g r', group: 'Go to', text: 'RPC' },
  palette: { keys: 'Ctrl+k', group: 'Everywhere', text: 'Command palette' },
  help: { keys: '?', group: 'Everywhere', text: 'This sheet' },
  filter: { keys: '/', group: 'Everywhere', text: 'Focus the filter' },
  pause: { keys: 'p', group: 'Everywhere', text: 'Pause or go on' },
  back: { keys: 'Escape', group: 'Everywhere', text: 'Close, or back to the list' },
  theme: { keys: 'T', group: 'Everywhere', text: 'Next theme' },
  zone: { keys: 'U', group: 'Everywhere', text: 'UTC or local time' },
  down: { keys: 'j', group: 'Lists and ladder', text: 'Next row' },
  up: { keys: 'k', group: 'Lists and ladder', text: 'Row before' },
  open: { keys: 'Enter', group: 'Lists and ladder', text: 'Open the row' },
  end: { keys: 'A', group: 'Lists and ladder', text: 'Follow the end' },
  copy: { keys: 'y', group: 'Lists and ladder', text: 'Copy the Call-ID' },
  retransmissions: { keys: 'x', group: 'Ladder', text: 'Open or collapse retransmissions' },
  'time-mode': { keys: 'w', group: 'Ladder', text: 'Clock, since start, since the row before' },
  table: { keys: 'v', group: 'Ladder', text: 'Ladder or table' },
  text: { keys: 'e', group: 'Ladder', text: 'Copy as text' },
} as const satisfies Record<string, { keys: string; group: string; text: string }>

export type KeyAction = keyof typeof KEYMAP

const BY_KEYS: ReadonlyMap<string, KeyAction> = new Map(Object.entries(KEYMAP).map(([action, entry]) => [entry.keys, action as KeyAction]))
const PREFIXES = new Set(
  Object.values(KEYMAP)
    .filter((entry) => entry.keys.includes(' ') && entry.keys.length > 1)
    .map((entry) => entry.keys.split(' ')[0]),
)

export interface KeyStroke {
  readonly key: string
  readonly ctrl: boolean
  readonly alt: boolean
}

/** What a key stroke means after `prefix` (`g` or nothing). `pending` waits for the second key. */
export function resolveKey(prefix: string, stroke: KeyStroke): { action: KeyAction } | { pending: string } | null {
  if (stroke.alt) return null
  const key = stroke.ctrl ? `Ctrl+${stroke.key.toLowerCase()}` : stroke.key
  if (prefix !== '') {
    const action = BY_KEYS.get(`${prefix} ${key}`)
    return action === undefined ? null : { action }
  }
  if (PREFIXES.has(key)) return { pending: key }
  const action = BY_KEYS.get(key)
  return action === undefined ? null : { action }
}
