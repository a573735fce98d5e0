import { expect, it } from 'vitest'
import { Heartbeat } from './heartbeat.ts'
import { ManualTimers } from '../../test/manual-timers.ts'

function start() {
  const timers = new ManualTimers()
  const told: string[] = []
  const heartbeat = new Heartbeat({ ping: () => told.push('ping'), terminate: () => told.push('terminate') }, timers, 30_000)
  return { timers, told, heartbeat }
}

it('MUST end a socket that leaves a ping unanswered for a whole period', () => {
  const { timers, told } = start()
  timers.advance(60_000)
  expect(told).toEqual(['ping', 'terminate'])
})

it('keeps a socket that answers', () => {
  const { timers, told, heartbeat } = start()
  for (let period = 0; period < 3; period++) {
    timers.advance(30_000)
    heartbeat.alive()
  }
  heartbeat.stop()
  timers.advance(60_000)
  expect(told).toEqual(['ping', 'ping', 'ping'])
})
