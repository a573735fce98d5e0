import { createContext, useContext, useEffect, useState, useSyncExternalStore } from 'react'
import type { TransactionTopic } from '@signalbox/contract'
import { EventsStore, type EventsSnapshot } from '../stores/events-store.ts'
import type { LiveStore } from '../stores/live-store.ts'
import { StatsStore, type StatsSnapshot } from '../stores/stats-store.ts'
import { TransactionStore, type TransactionSnapshot } from '../stores/transaction-store.ts'
import { TransactionsStore, type TransactionsSnapshot } from '../stores/transactions-store.ts'
import type { Backend } from './backend.ts'
import { createClient, type Client } from './client.ts'
import { Live, type Connection, type TopicConsumer } from './live.ts'
import { tokenStore } from './token.ts'

/** Everything the pages read from. */
export interface Console {
  readonly client: Client
  readonly live: Live
  readonly stats: StatsStore
  readonly transactions: TransactionsStore
  readonly events: EventsStore
}

export function createConsole(backend: Backend): Console {
  const client = createClient(backend, tokenStore.get)
  const live = new Live({ open: backend.open, probe: client.probe, token: tokenStore.get })
  const stats = new StatsStore()
  live.attach(stats)
  return { client, live, stats, transactions: new TransactionsStore(), events: new EventsStore() }
}

export const ConsoleContext = createContext<Console | null>(null)

export function useConsole(): Console {
  const found = useContext(ConsoleContext)
  if (found === null) throw new Error('ConsoleContext is missing above this component')
  return found
}

function useStore<T>(store: LiveStore<T>): T {
  return useSyncExternalStore(store.subscribe, store.getSnapshot)
}

export function useConnection(): Connection {
  return useStore(useConsole().live)
}

export function useStats(): StatsSnapshot {
  return useStore(useConsole().stats)
}

/** Subscribed while the component is mounted. */
export function useTransactions(): TransactionsSnapshot {
  const { transactions } = useConsole()
  useTopic(transactions)
  return useStore(transactions)
}

/** Subscribed while the component is mounted. */
export function useEvents(): EventsSnapshot {
  const { events } = useConsole()
  useTopic(events)
  return useStore(events)
}

export function useTransaction(topic: TransactionTopic): TransactionSnapshot {
  const [store, setStore] = useState(() => new TransactionStore(topic))
  if (store.topic !== topic) setStore(new TransactionStore(topic))
  useTopic(store)
  return useStore(store)
}

function useTopic(consumer: TopicConsumer): void {
  const { live } = useConsole()
  useEffect(() => live.attach(consumer), [live, consumer])
}
