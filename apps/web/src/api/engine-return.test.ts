import { expect, it, vi } from 'vitest'
import { FakeScheduler } from '../stores/fake-scheduler.ts'
import { LiveStore } from '../stores/live-store.ts'
import { onEngineReturn } from './engine-return.ts'
import type { Connection } from './live.ts'

class FakeLive extends LiveStore<Connection> {
  #state: Connection = { phase: 'connecting', engine: 'unknown', server: null, lastDataAt: null, retryAt: null, reason: null }

  become(phase: Connection['phase'], engine: Connection['engine']): void {
    this.#state = { ...this.#state, phase, engine }
    this.flush()
  }

  protected override build(): Connection {
    return this.#state
  }
}

function setUp() {
  const initial: Connection = { phase: 'connecting', engine: 'unknown', server: null, lastDataAt: null, retryAt: null, reason: null }
  const live = new FakeLive(initial, new FakeScheduler())
  const back = vi.fn<() => void>()
  onEngineReturn(live, back)
  return { live, back }
}

it('is no return when the engine is found at the start', () => {
  const { live, back } = setUp()
  live.become('open', 'up')
  live.become('open', 'up')
  expect(back).not.toHaveBeenCalled()
})

it('is a return each time the engine was down', () => {
  const { live, back } = setUp()
  live.become('open', 'down')
  live.become('open', 'up')
  expect(back).toHaveBeenCalledTimes(1)
  live.become('open', 'down')
  live.become('open', 'up')
  expect(back).toHaveBeenCalledTimes(2)
})

it('is a return after the connection was lost: the engine may have been restarted meanwhile', () => {
  const { live, back } = setUp()
  live.become('open', 'up')
  live.become('waiting', 'unknown')
  live.become('connecting', 'unknown')
  expect(back).not.toHaveBeenCalled()
  live.become('open', 'up')
  expect(back).toHaveBeenCalledOnce()
})
