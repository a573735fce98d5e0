import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { Command, defaultFilter } from 'cmdk'
import { useState, type ReactNode } from 'react'
import { useConsole, useTransactions } from '../api/console.ts'
import { queries } from '../api/queries.ts'
import { shortParty } from '../format/sip.ts'
import { pathBuilder } from '../path-builder.ts'
import { setPreference } from '../stores/preferences.ts'
import { Dialog } from '../ui/Dialog.tsx'
import { Kbd } from '../ui/Kbd.tsx'
import { PLACES } from './places.ts'
import { StateBadge } from './StateBadge.tsx'

interface PaletteProps {
  readonly onClose: () => void
  readonly onHelp: () => void
}

const MOST_TRANSACTIONS = 8
const GROUP =
  '[&_[cmdk-group-heading]]:px-3 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-2xs [&_[cmdk-group-heading]]:font-semibold [&_[cmdk-group-heading]]:text-muted'

/** Goes, acts, finds Call-IDs, opens RPC methods. */
export function Palette({ onClose, onHelp }: PaletteProps) {
  const { client } = useConsole()
  const navigate = useNavigate()
  const [search, setSearch] = useState('')
  const { rows } = useTransactions()
  const methods = useQuery(queries.methods(client)).data?.methods ?? []
  const needle = search.trim().toLowerCase()
  const found = needle === '' ? [] : rows.filter((row) => `${row.callId} ${row.from} ${row.to} ${row.key}`.toLowerCase().includes(needle))
  const run = (action: () => void) => () => {
    onClose()
    action()
  }
  return (
    <Dialog title="Command palette" hideTitle onClose={onClose}>
      <Command label="Command palette" loop filter={rank}>
        <Command.Input
          value={search}
          onValueChange={setSearch}
          placeholder="Go to a page, find a Call-ID, run an RPC method"
          className="h-11 w-full border-b border-line bg-transparent px-4 text-sm outline-none placeholder:text-muted"
        />
        <Command.List className="max-h-[56vh] overflow-auto p-1.5">
          <Command.Empty className="px-3 py-6 text-center text-muted">
            Nothing found. The list of live transactions is searched by Call-ID, From and To.
          </Command.Empty>
          {found.length > 0 && (
            <Command.Group heading="Live transactions" className={GROUP} forceMount>
              {found.slice(0, MOST_TRANSACTIONS).map((row) => (
                <Item
                  key={row.key}
                  value={`${row.key} ${row.callId} ${row.from} ${row.to}`}
                  onSelect={run(() => void navigate(pathBuilder.transaction(row.key)))}
                >
                  <span className="w-20 font-mono">{row.method}</span>
                  <span className="truncate">
                    {shortParty(row.from)} → {shortParty(row.to)}
                  </span>
                  <span className="ml-auto truncate font-mono text-muted">{row.callId}</span>
                  <StateBadge state={row.state} />
                </Item>
              ))}
            </Command.Group>
          )}
          <Command.Group heading="Go to" className={GROUP}>
            {PLACES.map(({ label, icon: Icon, link, keys }) => (
              <Item key={label} value={`go ${label}`} onSelect={run(() => void navigate(link))}>
                <Icon size={15} className="text-muted" aria-hidden />
                {label}
                <span className="ml-auto">
                  <Kbd keys={keys} />
                </span>
              </Item>
            ))}
          </Command.Group>
          <Command.Group heading="RPC" className={GROUP}>
            {methods.map((method) => (
              <Item key={method.name} value={`rpc ${method.name}`} onSelect={run(() => void navigate(pathBuilder.rpcMethod(method.name)))}>
                <span className="font-mono">{method.name}</span>
                <span className="ml-auto truncate text-muted">{method.help}</span>
              </Item>
            ))}
          </Command.Group>
          {needle !== '' && (
            <Command.Group heading="Transactions" className={GROUP}>
              <Item value={`filter ${search}`} onSelect={run(() => void navigate(pathBuilder.transactions({ f: search.trim() })))}>
                Filter the list by “{search.trim()}”
              </Item>
            </Command.Group>
          )}
          <Command.Group heading="View" className={GROUP}>
            <Item value="theme dark" onSelect={run(() => setPreference('theme', 'dark'))}>
              Dark theme
            </Item>
            <Item value="theme light" onSelect={run(() => setPreference('theme', 'light'))}>
              Light theme
            </Item>
            <Item value="theme system" onSelect={run(() => setPreference('theme', 'system'))}>
              Theme of the system
            </Item>
            <Item value="time utc" onSelect={run(() => setPreference('zone', 'utc'))}>
              Times in UTC
            </Item>
            <Item value="time local" onSelect={run(() => setPreference('zone', 'local'))}>
              Times in local time
            </Item>
            <Item value="help keys" onSelect={run(onHelp)}>
              Keyboard help{' '}
              <span className="ml-auto">
                <Kbd keys="?" />
              </span>
            </Item>
          </Command.Group>
        </Command.List>
      </Command>
    </Dialog>
  )
}

/** What carries the typed name comes before what merely has its letters. The groups keep the order they are written in. */
function rank(value: string, search: string, keywords?: string[]): number {
  const text = search.trim().toLowerCase()
  const name = value.slice(value.indexOf(' ') + 1).toLowerCase()
  if (name === text) return 3
  if (name.startsWith(text)) return 2
  return defaultFilter(value, search, keywords)
}

function Item({ value, onSelect, children }: { readonly value: string; readonly onSelect: () => void; readonly children: ReactNode }) {
  return (
    <Command.Item
      value={value}
      onSelect={onSelect}
      className="flex h-8 cursor-pointer items-center gap-2.5 rounded-md px-3 text-sm data-[selected=true]:bg-accent-soft data-[selected=true]:text-text [&_.text-muted]:data-[selected=true]:text-text"
    >
      {children}
    </Command.Item>
  )
}
