import type { EngineInfo, TraceList, TransactionDetail } from '@signalbox/contract'
import { queryOptions } from '@tanstack/react-query'
import type { Client } from './client.ts'

export const queries = {
  methods: (client: Client) => queryOptions({ queryKey: ['methods'], queryFn: () => client.methods(), staleTime: 60_000 }),
  /** The script is reloaded from elsewhere, too. */
  info: (client: Client) =>
    queryOptions({
      queryKey: ['info'],
      queryFn: () => client.call('signalbox.info', []) as Promise<EngineInfo>,
      refetchInterval: 15_000,
    }),
  /** As it stands now; asked again when its events go on. */
  transaction: (client: Client, index: number, label: number) =>
    queryOptions({
      queryKey: ['transaction', index, label],
      queryFn: () => client.call('signalbox.tx.get', [index, label]) as Promise<TransactionDetail>,
      retry: false,
    }),
  /** Others may start traces, and they end by themselves. */
  traces: (client: Client) =>
    queryOptions({
      queryKey: ['traces'],
      queryFn: () => client.call('signalbox.trace.list', []) as Promise<TraceList>,
      refetchInterval: 15_000,
    }),
} as const
