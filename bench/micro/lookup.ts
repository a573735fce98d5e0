import { TimerWheel } from '@signalbox/proxy/internal/clock/timer-wheel.ts'
import { BranchIds } from '@signalbox/proxy/internal/tm/branch-id.ts'
import { CellTable } from '@signalbox/proxy/internal/tm/cell-table.ts'
import { ByteWriter } from '@signalbox/sip'
import { measure } from './measure.ts'

/** A reply's transaction by our own Via branch, 50,000 live. */

const LIVE = 50_000
const timers = { onCellTimer: () => undefined, onBranchTimer: () => undefined }
const table = new CellTable(timers, new TimerWheel(0), { random: Math.random, worker: 0, workers: 1 })
const ids = new BranchIds(0, Math.random)
const branches = Array.from({ length: LIVE }, (_, i) => {
  const out = new ByteWriter(64)
  ids.write(out, table.insert((i * 7919) & 0xffff), 0)
  return out.bytes.slice(0, out.at)
})
let next = 0
let found = 0

measure('find by branch', () => {
  const branch = branches[next++ % LIVE]
  const id = ids.parse(branch, 0, branch.length)
  if (id !== null && table.at(id.slot, id.label) !== null) found++
})
if (found !== next) throw new Error('a branch was not found')
