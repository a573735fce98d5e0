import { expect, it, onTestFinished } from 'vitest'
import { sampleContact } from '../../test/usrloc/sample-contact.ts'
import { FakeClock } from '../clock/fake-clock.ts'
import { TimerWheel } from '../clock/timer-wheel.ts'
import type { WorkerStart } from '../control/worker-messages.ts'
import { createCrossingMemory, type CrossingMemory } from '../crossing/crossing-memory.ts'
import { createCounters } from '../metrics/counter-layout.ts'
import { EndpointTable } from '../transport/endpoint.ts'
import type { Turn } from '../transport/turn.ts'
import type { ContactJournal } from '../usrloc/contact-journal.ts'
import { LocationSweeper } from '../usrloc/location-sweeper.ts'
import { Location } from '../usrloc/location.ts'
import { OtherThreads } from './other-threads.ts'
import { sipThreadTurn } from './sip-thread-turn.ts'
import { WheelTimer } from './wheel-timer.ts'

const MINUTE = 60_000
/** Durable at once. */
const journal: ContactJournal = { append: (_changes, done) => done(true) }

function thread(worker: number, crossing: CrossingMemory, clock: FakeClock) {
  const location = new Location()
  const wheel = new TimerWheel(clock.now())
  const timer: WheelTimer = new WheelTimer(clock, () => undefined)
  const turn: Turn = sipThreadTurn({ timer: () => timer, others: () => others })
  const others = new OtherThreads({ worker, config: { workers: 2 }, crossing } as WorkerStart, {
    location,
    transport: () => null,
    transactions: () => null,
    registrar: () => null,
    repliesByCallId: () => false,
    endpoints: new EndpointTable(),
    counters: createCounters(),
    turn,
    contain: (work) => work(),
  })
  new LocationSweeper(location, clock, wheel).start()
  timer.start(wheel)
  onTestFinished(() => timer.stop())
  return { location, others, turn }
}

it('a thread that was idle hears of a refresh before it sweeps what has expired', () => {
  const crossing = createCrossingMemory(2)
  const clock = new FakeClock()
  const [busy, idle] = [thread(0, crossing, clock), thread(1, crossing, clock)]
  const contact = sampleContact('bob', 1, clock.wall() + 30_000)
  busy.others.tell(journal).append([{ type: 'put', contact }], () => undefined)
  idle.turn.run(() => undefined)
  expect(idle.location.size).toBe(1)

  clock.advanceTo(25_000)
  const lease = { callId: contact.callId, cseq: 2, expiresAt: clock.wall() + 2 * MINUTE, lastModified: clock.wall() }
  busy.others.tell(journal).append([{ type: 'refresh', ruid: contact.ruid, ...lease }], () => undefined)
  clock.advanceTo(MINUTE + 10_000)
  idle.turn.run(() => undefined)
  expect(idle.location.contacts('location', 'bob')).toEqual([{ ...contact, ...lease }])
})
