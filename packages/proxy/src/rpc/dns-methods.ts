import type { WorkerPool } from '../control/worker-pool.ts'
import { dnsAdd } from './methods/dns-add.ts'
import { dnsDebug } from './methods/dns-debug.ts'
import { dnsDeleteAll } from './methods/dns-delete-all.ts'
import { dnsDelete } from './methods/dns-delete.ts'
import { dnsLookup } from './methods/dns-lookup.ts'
import { dnsMemInfo } from './methods/dns-mem-info.ts'
import { dnsServerState } from './methods/dns-server-state.ts'
import { dnsStatsGet } from './methods/dns-stats-get.ts'
import { dnsView } from './methods/dns-view.ts'
import { dstBlocklistAdd } from './methods/dst-blocklist-add.ts'
import { dstBlocklistDebug } from './methods/dst-blocklist-debug.ts'
import { dstBlocklistDeleteAll } from './methods/dst-blocklist-delete-all.ts'
import { dstBlocklistMemInfo } from './methods/dst-blocklist-mem-info.ts'
import { dstBlocklistStatsGet } from './methods/dst-blocklist-stats-get.ts'
import { dstBlocklistView } from './methods/dst-blocklist-view.ts'
import type { RpcMethod } from './rpc-method.ts'

/** The DNS caches and blocklists of the SIP threads. */
export function dnsMethods(pool: WorkerPool): readonly RpcMethod[] {
  return [
    dnsLookup(pool),
    dnsView(pool),
    ...dnsDebug(pool),
    dnsMemInfo(pool),
    dnsStatsGet(pool),
    ...dnsDeleteAll(pool),
    ...dnsAdd(pool),
    ...dnsDelete(pool),
    ...dnsServerState(pool),
    dstBlocklistView(pool),
    dstBlocklistDebug(pool),
    dstBlocklistAdd(pool),
    dstBlocklistDeleteAll(pool),
    dstBlocklistMemInfo(pool),
    dstBlocklistStatsGet(pool),
  ]
}
