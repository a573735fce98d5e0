import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { WantedTurns } from './wanted-turns.ts'

const RETRY = 20

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

it('runs one turn, however many turns wanted it', () => {
  let turns = 0
  const wanted = new WantedTurns(() => void turns++)
  for (let i = 0; i < 1000; i++) {
    wanted.want(false)
    wanted.want(true)
  }
  vi.advanceTimersByTime(1)
  expect(turns).toBe(1)
  vi.advanceTimersByTime(RETRY)
  expect(turns).toBe(2)
  vi.advanceTimersByTime(1000)
  expect(turns).toBe(2)
})

it('runs the next when that one wants it again', () => {
  let turns = 0
  const wanted: WantedTurns = new WantedTurns(() => {
    turns++
    wanted.want(false)
  })
  wanted.want(false)
  vi.advanceTimersByTime(10 * RETRY)
  expect(turns).toBe(10)
  vi.clearAllTimers()
})
