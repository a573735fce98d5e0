import { describe, expect, it } from 'vitest'
import type { TransactionRow } from '@signalbox/contract'
import { parseFilter } from './filter.ts'

const ROW: TransactionRow = {
  key: '4711:99',
  index: 4711,
  label: 99,
  kind: 'ist',
  method: 'INVITE',
  ruri: 'sip:bob@example.net',
  from: '"Alice A" <sip:alice@example.net>;tag=1',
  to: '<sip:bob@example.net>',
  callId: 'a84b4c76e66710@pc33',
  cseq: '1 INVITE',
  source: 'udp:10.0.0.1:5060',
  local: false,
  state: 'proceeding',
  status: 486,
  branches: [{ index: 0, target: 'udp:10.0.0.7:5080', state: 'completed', status: 486 }],
  retransmissions: 3,
  createdAt: 1000,
  updatedAt: 2000,
  endedAt: null,
}

function matches(text: string, row: TransactionRow = ROW, now = 9000): boolean {
  const parsed = parseFilter(text)
  if (!parsed.ok) throw new Error(parsed.message)
  return parsed.test(row, now)
}

describe('parseFilter', () => {
  it.each([
    ['', false],
    ['INVITE', false],
    ['age', false],
    ['callid=="age>10s"', false],
    ['status>=400', false],
    ['age>10s', true],
    ['method==INVITE && !(status>=200 || AGE<1m)', true],
  ])('MUST tell whether time alone changes what %j accepts', (text, timed) => expect(parseFilter(text)).toMatchObject({ ok: true, timed }))

  it.each(['', '  ', 'a84b4c76', 'ALICE', 'bob@', 'invite', '4711:99', 'busy', '486', 'sip:bob@example.net'])(
    'bare token %j finds the row',
    (text) => expect(matches(text)).toBe(true),
  )

  it.each([
    ['status>=400', true],
    ['status<400', false],
    ['status==486', true],
    ['status!=486', false],
    ['method==INVITE', true],
    ['method==invite', true],
    ['method!=BYE', true],
    ['state==proceeding', true],
    ['state==pro*', true],
    ['ruri==sip:*@example.net', true],
    ['ruri==sip:*@example', false],
    ['from~"alice a"', true],
    ['target~10.0.0.7', true],
    ['retransmissions>2', true],
    ['retr>2', true],
    ['retr==0', false],
    ['branches==1', true],
    ['age>5s', true],
    ['age>=8000ms', true],
    ['age>1m', false],
    ['age > 5', true],
  ])('%s is %s', (text, expected) => expect(matches(text)).toBe(expected))

  it('joins with blanks, &&, || and parentheses', () => {
    expect(matches('alice status>=400')).toBe(true)
    expect(matches('carol || alice')).toBe(true)
    expect(matches('carol && alice || bob')).toBe(true)
    expect(matches('carol && (alice || bob)')).toBe(false)
    expect(matches('!carol !(status<400)')).toBe(true)
  })

  it('takes and, or, not as operators, in any case and not in quotes', () => {
    expect(matches('carol or alice')).toBe(true)
    expect(matches('carol AND alice')).toBe(false)
    expect(matches('not carol and not (status<400)')).toBe(true)
    expect(matches('"or"')).toBe(false)
    expect(matches('from~and')).toBe(false)
    expect(matches('from~not or alice')).toBe(true)
  })

  it('compares nothing with a status that is not there yet', () => {
    const ringing = { ...ROW, status: null }
    expect(matches('status<400', ringing)).toBe(false)
    expect(matches('status>=400', ringing)).toBe(false)
    expect(matches('status!=200', ringing)).toBe(true)
  })

  it('takes a quoted field name as a word', () => {
    expect(matches('"status"')).toBe(false)
  })

  it.each([
    ['status>=abc', 8, 'wants a number'],
    ['sttus>=400', 0, 'No field "sttus"'],
    ['status>=', 8, 'missing after'],
    ['(alice', 6, '")" is missing'],
    ['alice)', 5, 'Unexpected ")"'],
    ['"alice', 0, 'not closed'],
    ['from>alice', 5, 'use ==, != or ~'],
    ['status~4', 7, 'works on text'],
    ['alice ||', 8, 'ends too early'],
    ['alice or', 8, 'ends too early'],
    ['constructor==1', 0, 'No field'],
  ])('refuses %s at %i: %s', (text, at, message) => {
    const parsed = parseFilter(text)
    expect(parsed).toMatchObject({ ok: false, at })
    expect(parsed.ok ? '' : parsed.message).toContain(message)
  })
})
