import { describe, expect, it } from 'vitest'
import { FakeClock } from '../clock/fake-clock.ts'
import { TimerWheel } from '../clock/timer-wheel.ts'
import { sampleContact } from '../../test/usrloc/sample-contact.ts'
import { dumpLocation } from './dump.ts'
import { LocationSweeper } from './location-sweeper.ts'
import type { ContactChange } from './contact-journal.ts'
import { Location } from './location.ts'

describe('Location', () => {
  it('shows bindings only when they are committed', () => {
    const location = new Location()
    const contact = sampleContact('alice', 1)
    const record = location.record('location', 'alice')
    const pending = location.propose(record, [{ type: 'put', contact }])
    expect(location.contacts('location', 'alice')).toEqual([])
    expect(record.proposed()).toEqual([contact])
    expect(location.settle(pending, true)).toBe(true)
    expect(location.contacts('location', 'alice')).toEqual([contact])
    expect(location.size).toBe(1)
    expect(location.byRuid(contact.ruid)).toBe(contact)
  })

  it('forgets what could not be committed, whatever was built on it', () => {
    const location = new Location()
    const record = location.record('location', 'alice')
    const first = location.propose(record, [{ type: 'put', contact: sampleContact('alice', 1) }])
    const second = location.propose(record, [{ type: 'put', contact: sampleContact('alice', 2) }])
    expect([location.settle(first, false), location.settle(second, true)]).toEqual([false, true])
    expect(location.contacts('location', 'alice').map((one) => one.ruid)).toEqual(['r-alice-2'])
  })

  it('renews a binding in place when the refresh is committed, and shows it before to whoever asks what is proposed', () => {
    const location = new Location()
    const contact = sampleContact('alice', 1)
    location.load([contact])
    const record = location.record('location', 'alice')
    const lease = { callId: 'later', cseq: 9, expiresAt: contact.expiresAt + 1000, lastModified: contact.lastModified + 1 }
    const before = { ...contact }
    const pending = location.propose(record, [{ type: 'refresh', ruid: contact.ruid, ...lease }])
    expect(location.contacts('location', 'alice')).toEqual([before])
    expect(record.proposed()).toEqual([{ ...before, ...lease }])
    location.settle(pending, true)
    expect(location.byRuid(contact.ruid)).toBe(contact)
    expect(contact).toEqual({ ...before, ...lease })
  })

  it('keeps no refresh of a binding whose own commit has failed', () => {
    const location = new Location()
    const contact = sampleContact('alice', 1)
    const record = location.record('location', 'alice')
    const put = location.propose(record, [{ type: 'put', contact }])
    const refresh = location.propose(record, [{ ...contact, type: 'refresh' }])
    expect([location.settle(put, false), location.settle(refresh, true), location.size]).toEqual([false, false, 0])
    expect([...location.tables()].flatMap(([, records]) => [...records])).toEqual([])
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

  it('leaves alone what has just expired: a refresh that came in time may still wait for its commit', () => {
    // Started at the turn of a minute: it sweeps right after bindings have expired.
    const clock = new FakeClock(0, 1_699_999_980_000)
    const timers = new TimerWheel(clock.now())
    const location = new Location()
    const contact = sampleContact('a', 1, clock.wall() + 59_990)
    location.load([contact])
    new LocationSweeper(location, clock, timers).start()
    const expiresAt = clock.wall() + 600_000
    const pending = location.propose(location.record('location', 'a'), [{ ...contact, type: 'refresh', expiresAt }])
    clock.advanceTo(60_000)
    timers.advance(clock.now())
    expect(location.settle(pending, true)).toBe(true)
    expect(location.byRuid(contact.ruid)?.expiresAt).toBe(expiresAt)
  })

  it('does not lose a record that was renewed, removed and made again', () => {
    const location = new Location()
    const now = 1_700_000_000_000
    const commit = (change: ContactChange): boolean => location.settle(location.propose(location.record('location', 'a'), [change]), true)
    const put = (id: number, expiresAt: number): boolean => commit({ type: 'put', contact: sampleContact('a', id, expiresAt) })
    put(1, now + 300_000)
    put(1, now + 100_000)
    commit({ type: 'remove', ruid: 'r-a-1' })
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
