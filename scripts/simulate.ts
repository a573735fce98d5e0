// npm run simulate: random calls in simulated time, with seeds that nobody has seen, until the minutes are over.
//   -- --minutes N     for so long instead of ten minutes
//   -- --seed N        the world of that seed again
//   -- --worlds N      the worlds of the seeds 1 to N
//   -- --failures N    until so many worlds have failed; 20
//   -- --processes N   so many worlds at once; as many as there are cores. The report does not depend on it.
//   -- --faults        plants known faults in the engine, one after the other, and tells which the simulation misses
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { unnoticedFaults } from './planted-faults.ts'
import { simulate, type SimulationBudget } from './simulation-run.ts'

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    seed: { type: 'string' },
    worlds: { type: 'string' },
    failures: { type: 'string', default: '20' },
    processes: { type: 'string', default: String(availableParallelism()) },
    faults: { type: 'boolean', default: false },
  },
})
const mostFailures = Number(values.failures)
const processes = Number(values.processes)

async function wrong(): Promise<number> {
  if (values.faults) return (await unnoticedFaults(Number(values.worlds ?? 1000), processes)).length
  return (await simulate(budget())).failures.length
}

function budget(): SimulationBudget {
  if (values.seed !== undefined) return { minutes: 1, firstSeed: Number(values.seed), mostWorlds: 1 }
  if (values.worlds !== undefined) return { minutes: 60, firstSeed: 1, mostWorlds: Number(values.worlds), mostFailures, processes }
  return { minutes: Number(values.minutes), firstSeed: Date.now() % 1_000_000_000, mostFailures, processes }
}

process.exitCode = (await wrong()) === 0 ? 0 : 1
