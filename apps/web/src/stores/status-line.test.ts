import { expect, it } from 'vitest'
import { FakeScheduler } from './fake-scheduler.ts'
import { StatusLineStore } from './status-line.ts'

it('shows the newest text for two and a half seconds', () => {
  const scheduler = new FakeScheduler()
  const line = new StatusLineStore(scheduler)
  line.say('Call-ID copied')
  scheduler.advance(2000)
  line.say('Ladder copied')
  scheduler.advance(2000)
  expect(line.getSnapshot()).toBe('Ladder copied')
  scheduler.advance(500)
  expect(line.getSnapshot()).toBe('')
})
