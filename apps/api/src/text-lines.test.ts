import { expect, it } from 'vitest'
import { textLines } from './text-lines.ts'

it('writes the lines of the logger for people, one line each', () => {
  const lines: string[] = []
  const log = textLines({ write: (text: string) => lines.push(text) })
  log.write(`${JSON.stringify({ level: 50, time: 1_700_000_000_123, msg: 'failed', err: { stack: 'Error: why\n  at here' } })}\n`)
  log.write(`${JSON.stringify({ level: 40, time: 1_700_000_000_123, msg: 'late' })}\n`)
  const change = { method: 'reload', params: '[]', peer: '127.0.0.1', outcome: '500 bad\u001b script' }
  log.write(`${JSON.stringify({ level: 35, time: 1_700_000_000_123, msg: 'Change over HTTP', ...change })}\n`)
  expect(lines).toEqual([
    '22:13:20.123 error    api: failed: Error: why\\n  at here\n',
    '22:13:20.123 warn     api: late\n',
    '22:13:20.123 notice   api: Change over HTTP method=reload params=[] peer=127.0.0.1 outcome="500 bad\\u001b script"\n',
  ])
})
