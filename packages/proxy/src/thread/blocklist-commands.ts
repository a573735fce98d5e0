import { TransportCode, transportName } from '@signalbox/sip'
import type { Clock } from '../clock/clock.ts'
import type { CoreParameters } from '../dns/core-parameters.ts'
import { BlocklistReason, type BlockedPlace, type DstBlocklist } from '../dns/dst-blocklist.ts'
import type { EndpointTable } from '../transport/endpoint.ts'
import { CommandRefusal, type Command } from './command-table.ts'

/** The blocklist of a SIP thread, as the dst_blocklist.* methods reach it (control-reference 2). */
interface BlocklistServices {
  readonly blocklist: DstBlocklist
  readonly core: Readonly<CoreParameters>
  readonly endpoints: EndpointTable
  readonly clock: Clock
}

/** Kamailio's numbers of transports. */
const TRANSPORTS: Readonly<Record<number, number>> = { 1: TransportCode.UDP, 2: TransportCode.TCP, 3: TransportCode.TLS }

export function blocklistCommands({ blocklist, core, endpoints, clock }: BlocklistServices): Readonly<Record<string, Command>> {
  const on = (command: Command): Command => {
    return (params) => {
      if (!blocklist.on) throw new CommandRefusal(500, 'dst blocklist support disabled')
      return command(params)
    }
  }
  return {
    'dst_blocklist.view': on(() => [...blocklist.entries()].map((entry) => blockedView(entry, clock.now()))),
    'dst_blocklist.debug': on(() => [...blocklist.entries()].flatMap((entry) => Object.values(blockedView(entry, clock.now())))),
    'dst_blocklist.mem_info': on(() => ({ used: blocklist.used, max: core.dst_blocklist_mem * 1024 })),
    'dst_blocklist.stats_get': on(([reset]) => {
      const { hits, refusals } = blocklist.stats
      if (reset === 1) Object.assign(blocklist.stats, { hits: 0, refusals: 0 })
      return { bkl_hit_cnt: hits, bkl_lru_cnt: refusals }
    }),
    'dst_blocklist.delete_all': on(() => blocklist.deleteAll()),
    'dst_blocklist.add': on(([address, port, protocol, flags]) => {
      const remote = endpoints.of(String(address), Number(port))
      const transport = TRANSPORTS[Number(protocol)]
      if (transport === undefined) throw new CommandRefusal(400, 'Unknown protocol')
      if (remote === null) throw new CommandRefusal(400, 'Malformed ip address')
      const reason = Number(flags) & ~BlocklistReason.IPV6
      if (!blocklist.addFor({ remote, transport }, reason, core.dst_blocklist_expire * 1000)) {
        throw new CommandRefusal(400, 'Failed to add the entry to the blocklist')
      }
    }),
  }
}

/** In the order of Kamailio's values. */
function blockedView({ remote, transport, flags, expires }: BlockedPlace, now: number): object {
  return {
    protocol: transportName(transport),
    ip: remote.address,
    port: remote.port,
    expires: expires === Infinity ? 0 : Math.ceil((expires - now) / 1000),
    flags,
  }
}
