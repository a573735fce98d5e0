import type { EngineInfo } from '@signalbox/contract'

/** What runs in the process of the engine, the control thread first: Kamailio's processes are our threads. */
export function engineThreads({ workers }: EngineInfo): readonly string[] {
  return ['control thread', ...Array.from({ length: workers }, (_, worker) => `SIP thread ${worker}`)]
}
