import { expect, it } from 'vitest'
import { logLevelName, parseLogLevel } from './log-level.ts'

it.each([
  [3, 3],
  ['3', 3],
  ['-3', -3],
  ['debug', 4],
  ['ERROR', 0],
  [5, null],
  [-4, null],
  ['', null],
  ['1.5', null],
  ['toString', null],
] as const)('reads level %j as %j', (level, expected) => {
  expect(parseLogLevel(level)).toBe(expected)
})

it('names levels', () => {
  expect(logLevelName(3)).toBe('info')
  expect(logLevelName(9)).toBeNull()
})
