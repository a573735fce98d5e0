import type { EngineInfo } from '@signalbox/contract'
import { queryOptions } from '@tanstack/react-query'
import type { Client } from './client.ts'

export const queries = {
  methods: (client: Client) => queryOptions({ queryKey: ['methods'], queryFn: () => client.methods(), staleTime: 60_000 }),
  info: (client: Client) =>
    queryOptions({
      queryKey: ['info'],
      queryFn: () => client.call('signalbox.info', []) as Promise<EngineInfo>,
      staleTime: 30_000,
    }),
} as const
