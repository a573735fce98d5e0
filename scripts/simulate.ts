// npm run simulate: random calls in simulated time, with seeds that nobody has seen, until the minutes are over.
//   -- --minutes N     for so long instead of ten minutes
//   -- --seed N        the world of that seed again
//   -- --worlds N      the worlds of the seeds 1 to N
//   -- --failures N    until so many worlds have failed; 20
//   -- --faults        plants known faults in the engine, one after the other, and tells which the simulation misses
import { parseArgs } from 'node:util'
import { unnoticedFaults } from './planted-faults.ts'
import { simulate } from './simulation-run.ts'

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    seed: { type: 'string' },
    worlds: { type: 'string' },
    failures: { type: 'string', default: '20' },
    faults: { type: 'boolean', default: false },
  },
})
const mostFailures = Number(values.failures)

function wrong(): number {
  if (values.faults) return unnoticedFaults(Number(values.worlds ?? 1000)).length
  if (values.seed !== undefined) return simulate({ minutes: 0, firstSeed: Number(values.seed) }).failures.length
  if (values.worlds !== undefined)
    return simulate({ minutes: 60, firstSeed: 1, mostWorlds: Number(values.worlds), mostFailures }).failures.length
  return simulate({ minutes: Number(values.minutes), firstSeed: Date.now() % 1_000_000_000, mostFailures }).failures.length
}

process.exitCode = wrong() === 0 ? 0 : 1
