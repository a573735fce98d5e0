import { openLane } from './lane.ts'
import { describeDifference } from './compare.ts'
const { scenarios } = (await import(process.argv[2] ?? '')) as { scenarios: never[] }
const filter = process.argv[3] ?? ''
const groups = new Map<string, any[]>()
for (const s of scenarios as any[]) {
  if (!new RegExp(filter).test(s.id)) continue
  const key = JSON.stringify(s.tm ?? {})
  groups.set(key, [...(groups.get(key) ?? []), s])
}
for (const [key, group] of groups) {
  console.log('##', key)
  const lane = await openLane(group, JSON.parse(key))
  try {
    for (const s of group) {
      const c = await lane.compare(s)
      console.log(`${c.differences.length === 0 ? 'same' : 'DIFF'} ${s.id}`)
      for (const d of c.differences) console.log('     ', describeDifference(d))
      if (process.argv[4] === 'v')
        for (const [p, r] of [['K', c.kamailio], ['S', c.signalbox]] as const) {
          for (const [who, list] of Object.entries(r.received)) for (const m of list) console.log('   ', p, who, Math.round(m.at), m.startLine, process.argv[5] ? JSON.stringify([...m.headers]) : '')
          console.log('   ', p, JSON.stringify(r.counters))
        }
    }
    if (process.argv[4] === 'o') console.log(lane.output())
  } catch (e) { console.log(lane.output()); throw e } finally { await lane.stop() }
}
