import type { EngineEvent } from '@signalbox/contract'
import { describe, expect, it } from 'vitest'
import { kindTest, parseKinds, summariseEvent } from './event-summary.ts'

const base = { seq: 1, tMono: 1, tWall: 1, node: 'a', tx: null, branch: null }

describe('kinds in the URL', () => {
  it('drops unknown names and takes nothing known for everything', () => {
    expect([...parseKinds('timers,nonsense')]).toEqual(['timers'])
    expect(parseKinds('nonsense').size).toBe(7)
    expect(parseKinds(undefined).size).toBe(7)
  })

  it('lets kinds of the future through unless groups are chosen', () => {
    expect(kindTest(parseKinds(undefined))('lump')).toBe(true)
    expect(kindTest(parseKinds('timers'))('lump')).toBe(false)
    expect(kindTest(parseKinds('timers'))('timer-fired')).toBe(true)
  })
})

describe('summariseEvent', () => {
  it('says what happened in one line', () => {
    const event: EngineEvent = { ...base, kind: 'parse-error', data: { rule: 'Via', offset: 17, remote: 'udp:10.0.0.1:5060' } }
    expect(summariseEvent(event)).toEqual({ text: 'Via at byte 17', remote: 'udp:10.0.0.1:5060' })
  })

  it('survives a kind it does not know', () => {
    expect(summariseEvent({ ...base, kind: 'lump', data: {} } as unknown as EngineEvent)).toEqual({ text: '', remote: '' })
  })
})
