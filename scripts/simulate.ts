// npm run simulate [-- --minutes N] [-- --seed N]: random calls in simulated time until the minutes are over, or one seed again.
import { parseArgs } from 'node:util'
import { simulate } from './simulation-run.ts'

const { values } = parseArgs({ options: { minutes: { type: 'string', default: '10' }, seed: { type: 'string' } } })
const { failures } =
  values.seed === undefined
    ? simulate({ minutes: Number(values.minutes), firstSeed: Date.now() % 1_000_000_000 })
    : simulate({ minutes: 0, firstSeed: Number(values.seed) })
process.exitCode = failures.length === 0 ? 0 : 1
