import { useConnection } from '../api/console.ts'

/** True while what is on the screen may no longer be true. */
export function useStale(): boolean {
  const connection = useConnection()
  return connection.phase !== 'open' || connection.engine === 'down'
}
