import { expect, it } from 'vitest'
import { acceptFailureLog } from './accept-failure-log.ts'

function setup() {
  const lines: string[] = []
  const world = { now: 0 }
  const tell = acceptFailureLog({ error: (line) => void lines.push(line) }, () => world.now)
  const fail = (code: string) => tell(Object.assign(new Error(`accept ${code}`), { code }))
  return { fail, lines, world }
}

it('says what to do when files are used up', () => {
  const { fail, lines } = setup()
  fail('EMFILE')
  expect(lines).toEqual([
    'could not accept a connection: accept EMFILE. Allow the process more open files (ulimit -n, LimitNOFILE= of its unit).',
  ])
})

it('writes one line in ten seconds, with how many were left out', () => {
  const { fail, lines, world } = setup()
  for (world.now = 0; world.now <= 10_000; world.now += 100) fail('ECONNABORTED')
  expect(lines).toEqual([
    'could not accept a connection: accept ECONNABORTED.',
    'could not accept a connection (and 99 before it): accept ECONNABORTED.',
  ])
})
