import type { ThreadFacts } from '../control/thread-facts.ts'
import type { TransportLayer } from '../transport/transport-layer.ts'
import type { Location } from '../usrloc/location.ts'
import type { Command } from './command-table.ts'

/** What a SIP thread tells of itself. */
export function factCommands(transport: TransportLayer, location: Location): Readonly<Record<string, Command>> {
  return {
    facts: (): ThreadFacts => ({
      connections: transport.connectionCount,
      mostConnections: transport.mostConnections,
      queuedBytes: transport.queuedBytes,
      users: usersIn(location),
      contacts: location.size,
    }),
  }
}

function usersIn(location: Location): number {
  let users = 0
  for (const [, records] of location.tables()) for (const record of records) if (record.contacts.length > 0) users++
  return users
}
