import type { WorkerPool } from '../control/worker-pool.ts'

/** What the DNS caches of all SIP threads know, each name and type once: a name that several have asked for is the first one's. */
export async function cachedNames<Entry>(pool: WorkerPool, method: string, keyOf: (entry: Entry) => string): Promise<Entry[]> {
  const entries = new Map<string, Entry>()
  for (const entry of (await pool.callList(method)) as readonly Entry[]) {
    const key = keyOf(entry)
    if (!entries.has(key)) entries.set(key, entry)
  }
  return [...entries.values()]
}
