import { expect, it } from 'vitest'
import type { Client } from './client.ts'
import { queries } from './queries.ts'

it('asks again by itself for what others may change: the script, the traces', () => {
  const client = {} as Client
  for (const query of [queries.info(client), queries.traces(client)]) expect(query.refetchInterval).toBeLessThanOrEqual(15_000)
})
