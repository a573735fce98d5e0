import { describe, expect, it } from 'vitest'
import { FakeClock } from '../clock/fake-clock.ts'
import { TimerWheel } from '../clock/timer-wheel.ts'
import { sampleContact } from '../../test/usrloc/sample-contact.ts'
import { dumpLocation } from './dump.ts'
import { LocationSweeper } from './location-sweeper.ts'
import { Location } from './location.ts'

describe('Location', () => {
  it('shows bindings only when they are committed', () => {
    const location = new Location()
    const contact = sampleContact('alice', 1)
    const pending = location.propose('location', 'alice', [{ type: 'put', contact }])
    expect(location.contacts('location', 'alice')).toEqual([])
    expect(location.proposed('location', 'alice')).toEqual([contact])
    location.settle(pending, true)
    expect(location.contacts('location', 'alice')).toEqual([contact])
    expect(location.size).toBe(1)
    expect(location.byRuid(contact.ruid)).toBe(contact)
  })

  it('forgets what could not be committed, whatever was built on it', () => {
    const location = new Location()
    const first = location.propose('location', 'alice', [{ type: 'put', contact: sampleContact('alice', 1) }])
    const second = location.propose('location', 'alice', [{ type: 'put', contact: sampleContact('alice', 2) }])
    location.settle(first, false)
    location.settle(second, true)
    expect(location.contacts('location', 'alice').map((one) => one.ruid)).toEqual(['r-alice-2'])
  })

  it('sweeps what has expired, once a minute', () => {
    const clock = new FakeClock()
    const timers = new TimerWheel(clock.now())
    const location = new Location()
    location.load([
      sampleContact('a', 1, clock.wall() + 90_000),
      sampleContact('a', 2, clock.wall() + 500_000),
      sampleContact('b', 1, clock.wall() + 30_000),
    ])
    new LocationSweeper(location, clock, timers).start()
    const sizes: number[] = []
    for (let minute = 1; minute <= 11; minute++) {
      clock.advanceTo(minute * 60_000)
      timers.advance(clock.now())
      sizes.push(location.size)
    }
    expect(sizes.slice(0, 4)).toEqual([expect.any(Number), expect.any(Number), 1, 1])
    expect(sizes.at(-1)).toBe(0)
    expect([...location.tables()].flatMap(([, records]) => [...records])).toEqual([])
  })

  it('does not lose a record that was renewed, removed and made again', () => {
    const location = new Location()
    const now = 1_700_000_000_000
    const put = (id: number, expiresAt: number): void =>
      location.settle(location.propose('location', 'a', [{ type: 'put', contact: sampleContact('a', id, expiresAt) }]), true)
    put(1, now + 300_000)
    put(1, now + 100_000)
    location.settle(location.propose('location', 'a', [{ type: 'remove', ruid: 'r-a-1' }]), true)
    put(2, now + 600_000)
    for (let minute = 1; minute <= 9; minute++) location.sweep(now + minute * 60_000)
    expect(location.size).toBe(1)
    location.sweep(now + 12 * 60_000)
    expect(location.size).toBe(0)
  })
})

describe('ul.dump', () => {
  const now = 1_700_000_000_000

  it('has the keys and order of control-reference 3.1', () => {
    const location = new Location()
    location.load([sampleContact('alice', 1, now + 59_500)])
    const dump = dumpLocation(location, now, false)
    const [record] = dump.Domains[0].Domain.AoRs
    if (!('Info' in record)) throw new Error('brief')
    const [{ Contact }] = record.Info.Contacts
    expect(Object.keys(Contact)).toEqual(
      'Address Expires Q Call-ID CSeq User-Agent Received Path State Flags CFlags Socket Methods Ruid Instance Reg-Id Server-Id Tcpconn-Id Keepalive Last-Keepalive KA-Roundtrip Last-Modified'.split(
        ' ',
      ),
    )
    expect(Contact).toMatchObject({ Address: 'sip:alice@10.0.0.1', Expires: 60, Q: -1, Received: '[not set]', State: 'CS_SYNC' })
    expect(dump.Domains[0].Domain).toMatchObject({ Domain: 'location', Size: 1024, Stats: { Records: 1, 'Max-Slots': 1 } })
    expect(dumpLocation(location, now + 60_000, false)).toMatchObject({
      Domains: [{ Domain: { AoRs: [{ Info: { Contacts: [{ Contact: { Expires: 'expired' } }] } }] } }],
    })
  })

  it('is short when asked to be brief, and shows an empty table', () => {
    const location = new Location()
    expect(dumpLocation(location, now, true).Domains).toEqual([
      { Domain: { Domain: 'location', Size: 1024, AoRs: [], Stats: { Records: 0, 'Max-Slots': 0 } } },
    ])
    location.load([sampleContact('alice', 1, now + 1)])
    expect(dumpLocation(location, now, true).Domains[0].Domain.AoRs).toEqual([{ AoR: 'alice' }])
  })
})
