import { describe, expect, it } from 'vitest'

import { compareRecordings, describeDifference } from './compare.ts'
import type { Received } from './normalise.ts'
import type { Recording } from './play.ts'

function received(label: string, changes: Partial<Received> = {}): Received {
  return { at: 0, label, startLine: `SIP/2.0 ${label}`, headers: new Map([['to', ['<sip:b>']]]), body: '', ...changes }
}

function recording(caller: readonly Received[], total = 1): Recording {
  return { received: { caller, a: [received('INVITE')] }, counters: { total } }
}

function differences(one: Recording, other: Recording): readonly string[] {
  return compareRecordings(one, other).map(describeDifference)
}

describe('comparison of recordings', () => {
  const base = recording([received('100 to INVITE'), received('486 to INVITE', { at: 500 })])

  it('finds nothing in equal ones, and forgives a tick', () => {
    const later = recording([received('100 to INVITE', { at: 20 }), received('486 to INVITE', { at: 600 })])
    expect(differences(base, later)).toEqual([])
  })

  it('finds a missing message, one too many and another order', () => {
    expect(differences(base, recording([received('100 to INVITE')]))).toEqual([
      'caller, 486 to INVITE, only one: Kamailio "SIP/2.0 486 to INVITE", Signalbox nothing',
    ])
    const turned = recording([received('486 to INVITE', { at: 500 }), received('100 to INVITE')])
    expect(differences(base, turned)).toHaveLength(2)
  })

  it('finds another reason, header, body, time and counter', () => {
    const changed = received('486 to INVITE', {
      at: 900,
      startLine: 'SIP/2.0 486 Elsewhere',
      headers: new Map([['reason', ['SIP;cause=486']]]),
      body: 'x',
    })
    const fields = compareRecordings(base, recording([received('100 to INVITE'), changed], 2)).map(({ field }) => field)
    expect(fields).toEqual(['start line', 'body', 'to', 'reason', 'time', 'value'])
  })
})
