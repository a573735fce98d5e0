import type { SrvRecord } from './dns-source.ts'

/**
 * SRV records in the order to try them: by priority, within one by a draw in which a record's chance is its share of the
 * weights (RFC 2782, page 4). Without `random` the heaviest goes first (Kamailio's dns_srv_lb off).
 */
export function orderSrv(records: readonly SrvRecord[], random: (() => number) | null): readonly SrvRecord[] {
  const byPriority = records.toSorted((a, b) => a.priority - b.priority || b.weight - a.weight)
  if (random === null || records.length < 2) return byPriority
  const ordered: SrvRecord[] = []
  let start = 0
  while (start < byPriority.length) {
    let end = start
    while (end < byPriority.length && byPriority[end].priority === byPriority[start].priority) end++
    drawAll(byPriority.slice(start, end), random, ordered)
    start = end
  }
  return ordered
}

function drawAll(group: SrvRecord[], random: () => number, into: SrvRecord[]): void {
  // RFC 2782: records of weight 0 stand first, so that they have a small chance and never none.
  group.sort((a, b) => Number(a.weight !== 0) - Number(b.weight !== 0))
  while (group.length > 1) {
    const total = group.reduce((sum, record) => sum + record.weight, 0)
    const drawn = Math.floor(random() * (total + 1))
    let running = 0
    const at = group.findIndex((record) => (running += record.weight) >= drawn)
    into.push(...group.splice(at, 1))
  }
  into.push(...group)
}
