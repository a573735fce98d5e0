import { expect, it } from 'vitest'
import { textLines } from './text-lines.ts'

it('writes the lines of the logger for people, one line each', () => {
  const lines: string[] = []
  const log = textLines({ write: (text: string) => lines.push(text) })
  log.write(`${JSON.stringify({ level: 50, time: 1_700_000_000_123, msg: 'failed', err: { stack: 'Error: why\n  at here' } })}\n`)
  log.write(`${JSON.stringify({ level: 40, time: 1_700_000_000_123, msg: 'late' })}\n`)
  expect(lines).toEqual(['22:13:20.123 error    api: failed: Error: why\\n  at here\n', '22:13:20.123 warn     api: late\n'])
})
