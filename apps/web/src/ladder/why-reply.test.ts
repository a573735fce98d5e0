import type { EngineEvent, EventKindName } from '@signalbox/contract'
import { describe, expect, it } from 'vitest'
import type { MessageEvent } from './message-summary.ts'
import { whyReply } from './why-reply.ts'

let seq = 0

function event(kind: EventKindName, branch: number | null, data: object): EngineEvent {
  seq++
  return { seq, tMono: seq, tWall: seq, node: 'test', tx: { index: 1, label: 1 }, branch, kind, data } as EngineEvent
}

function candidate(branch: number, status: number, priority: number, faked = false): EngineEvent {
  return event('reply-candidate', branch, { status, reason: `reason ${status}`, priority, faked })
}

function reply(status: number | null, branch: number | null = null): MessageEvent {
  return event('msg-out', branch, { direction: 'out', method: 'INVITE', status, raw: '' }) as MessageEvent
}

describe('whyReply', () => {
  it('tells the candidates, the winner first, and the rule', () => {
    const events = [
      candidate(0, 486, 4186),
      candidate(1, 408, 4108, true),
      candidate(2, 603, 1003),
      event('reply-picked', null, { status: 603, branch: 2, rule: '6xx wins' }),
    ]
    const final = reply(603)
    expect(whyReply([...events, final], final)).toEqual({
      rule: '6xx wins',
      builtHere: false,
      candidates: [
        { branch: 2, status: 603, reason: 'reason 603', priority: 1003, faked: false, picked: true, dropped: null },
        { branch: 1, status: 408, reason: 'reason 408', priority: 4108, faked: true, picked: false, dropped: null },
        { branch: 0, status: 486, reason: 'reason 486', priority: 4186, faked: false, picked: false, dropped: null },
      ],
    })
  })

  it('tells what was dropped, and what was built here', () => {
    const events = [
      candidate(0, 503, 5003),
      event('reply-dropped', 0, { status: 503, reason: 'failure_reply_mode' }),
      candidate(1, 503, 5003),
      event('reply-picked', null, { status: 500, branch: -1, rule: 'remap_503_500' }),
    ]
    const final = reply(500)
    const why = whyReply([...events, final], final)
    expect(why).toMatchObject({ rule: 'remap_503_500', builtHere: true })
    expect(why?.candidates.map(({ branch, dropped }) => [branch, dropped])).toEqual([
      [0, 'failure_reply_mode'],
      [1, null],
    ])
  })

  it('is for final replies to the caller that were chosen', () => {
    const events = [candidate(0, 486, 4186), event('reply-picked', null, { status: 486, branch: 0, rule: 'only one' })]
    for (const other of [reply(180), reply(null), reply(486, 0), reply(404)]) expect(whyReply([...events, other], other)).toBeNull()
    const early = reply(486)
    expect(whyReply([early], early)).toBeNull()
  })
})
