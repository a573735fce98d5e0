import { exampleLive, exampleRow } from '@signalbox/contract'
import { describe, expect, it } from 'vitest'
import { ControlFault } from '../control/control-fault.ts'
import { fakeEngine } from '../../test/rpc/fake-engine.ts'

const ANSWER = { status: 200, reason: 'OK', uri: 'sip:b@c', nextHop: 'udp:192.0.2.9:5060', route: '', headers: 'Via: x\r\n' }
const HEADS = 'From: <sip:a@b>\r\nTo: <sip:b@c>'
const SENT = ['OPTIONS', 'sip:b@c', '.', '.', HEADS] as const
const conflict = (message: string) => new ControlFault({ code: 409, message })
const notFound = (code: number) => ({ code, message: 'Transaction not found' })

describe('tm.cancel, tm-reference 12', () => {
  it('tells the branches that are open, asking the thread that has the call', async () => {
    const { call, calls, answers } = fakeEngine()
    answers['tm.cancel#1'] = 2
    expect(await call('tm.cancel', 'call-1', 7)).toEqual([2, 'branches remaining (waiting for timeout)'])
    expect(await call('tm.cancel', 1234, '7 INVITE')).toEqual([2, 'branches remaining (waiting for timeout)'])
    expect(calls.map(({ params }) => params)).toEqual([
      ['call-1', 7],
      ['call-1', 7],
      ['1234', 7],
      ['1234', 7],
    ])
  })

  it('0 branches are an answer, not a missing transaction', async () => {
    const { call, answers } = fakeEngine()
    answers['tm.cancel#1'] = 0
    expect(await call('tm.cancel', 'call-1', 7)).toEqual([0, 'branches remaining (waiting for timeout)'])
  })

  it('400 Callid and CSeq expected as parameters', async () => {
    const { call, calls } = fakeEngine()
    for (const params of [[], ['call-1'], ['', 1], ['call-1', 'INVITE'], [{}, 1]])
      expect(await call('tm.cancel', ...params)).toEqual({ code: 400, message: 'Callid and CSeq expected as parameters' })
    expect(calls).toEqual([])
  })

  it('400 Transaction not found', async () => {
    expect(await fakeEngine().call('tm.cancel', 'call-1', 1)).toEqual(notFound(400))
  })
})

describe('tm.reply and tm.reply_callid, tm-reference 12', () => {
  it('answer {} and hand the reply to the thread', async () => {
    const { call, calls, answers } = fakeEngine()
    answers['tm.reply#0'] = true
    expect(await call('tm.reply', 480, 'Gone', '4711:99', '.', '.', '')).toEqual({})
    expect(calls[0].params).toEqual([
      { index: 4711, label: 99 },
      { status: 480, reason: 'Gone', toTag: '', headers: '', body: '' },
    ])
    expect(await call('tm.reply_callid', '480', 'Gone', 'call-1', '1 INVITE', 'tag', 'X: 1', 'text')).toEqual({})
    expect(calls[2].params).toEqual([
      { callId: 'call-1', cseq: 1, method: 'INVITE' },
      { status: 480, reason: 'Gone', toTag: 'tag', headers: 'X: 1', body: 'text' },
    ])
  })

  it('tm.reply: 400 for wrong parameters, 481 No such transaction, 500 when it cannot be sent', async () => {
    const { call, answers } = fakeEngine()
    for (const params of [
      [],
      [99, 'x', '1:2', '.'],
      [700, 'x', '1:2', '.'],
      [480, '', '1:2', '.'],
      [480, 'x', '12', '.'],
      [480, 'x', '1:2', {}],
    ])
      expect(await call('tm.reply', ...params)).toMatchObject({ code: 400 })
    for (const code of [undefined, 'abc', 99, 700])
      expect(await call('tm.reply', code)).toEqual({ code: 400, message: 'Parameter code must be a whole number from 100 to 699' })
    expect(await call('tm.reply', 480, 'x', '1:2', '.')).toEqual({ code: 481, message: 'No such transaction' })
    answers['tm.reply#1'] = conflict('The transaction has its final reply already: 200')
    expect(await call('tm.reply', 480, 'x', '1:2', '.')).toEqual({ code: 500, message: 'The transaction has its final reply already: 200' })
    answers['tm.reply#1'] = new ControlFault({ code: 400, message: 'Invalid to_tag' })
    expect(await call('tm.reply', 480, 'x', '1:2', 'a b')).toEqual({ code: 400, message: 'Invalid to_tag' })
  })

  it('tm.reply_callid: 404 Transaction not found', async () => {
    const { call } = fakeEngine()
    expect(await call('tm.reply_callid', 480, 'x', 'call-1', 1, '.')).toEqual(notFound(404))
    expect(await call('tm.reply_callid', 480, 'x')).toMatchObject({ code: 400 })
  })
})

describe('tm.retransmit_reply, tm-reference 12', () => {
  it('takes two numbers or one text', async () => {
    const { call, calls, answers } = fakeEngine()
    answers['tm.retransmit_reply#1'] = true
    expect(await call('tm.retransmit_reply', 4711, 99)).toEqual({})
    expect(await call('tm.retransmit_reply', '4711:99')).toEqual({})
    expect(await call('tm.retransmit_reply_callid', 'call-1', 1)).toEqual({})
    expect(calls.filter(({ worker }) => worker === 1).map(({ params }) => params)).toEqual([
      [{ index: 4711, label: 99 }],
      [{ index: 4711, label: 99 }],
      [{ callId: 'call-1', cseq: 1, method: '' }],
    ])
  })

  it('faults', async () => {
    const { call, answers } = fakeEngine()
    expect(await call('tm.retransmit_reply', 4711, 99)).toEqual(notFound(404))
    expect(await call('tm.retransmit_reply_callid', 'call-1', 1)).toEqual(notFound(404))
    expect(await call('tm.retransmit_reply', 4711)).toMatchObject({ code: 400 })
    expect(await call('tm.retransmit_reply_callid', 'call-1')).toMatchObject({ code: 400 })
    answers['tm.retransmit_reply'] = conflict('No reply has been sent yet')
    expect(await call('tm.retransmit_reply', 4711, 99)).toEqual({ code: 500, message: 'No reply has been sent yet' })
  })
})

describe('tm.clean and tm.hash_stats, tm-reference 12', () => {
  it('tm.clean asks every thread and answers {}', async () => {
    const { call, calls } = fakeEngine()
    expect(await call('tm.clean')).toEqual({})
    expect(calls.map(({ worker, method }) => [worker, method])).toEqual([
      [0, 'tm.clean'],
      [1, 'tm.clean'],
    ])
  })

  it('tm.hash_stats puts the tables of all threads side by side', async () => {
    const { call, answers } = fakeEngine()
    answers['tm.hash_stats'] = {
      current: [
        [0, 6],
        [1, 2],
      ],
      ever: [
        [1, 4],
        [3, 4],
      ],
    }
    expect(await call('tm.hash_stats')).toEqual({
      hash_size: 16,
      crt_transactions: 4,
      crt_target_per_cell: 0,
      crt_min: 0,
      crt_max: 1,
      crt_worst_case_extra_cells: 1,
      crt_no_zero_cells: 12,
      crt_no_deviating_cells: 4,
      crt_deviation_sq_sum: 4,
      acc_transactions: 32,
      acc_target_per_cell: 2,
      acc_min: 1,
      acc_max: 3,
      acc_worst_case_extra_cells: 1,
      acc_no_zero_cells: 0,
      acc_no_deviating_cells: 16,
      acc_deviation_sq_sum: 16,
    })
  })
})

describe('tm.t_uac_*, tm-reference 12', () => {
  it('start answers {} at once', async () => {
    const { call, calls } = fakeEngine()
    expect(await call('tm.t_uac_start', ...SENT, 'body')).toEqual({})
    expect(calls).toHaveLength(1)
    expect(calls[0]).toMatchObject({ method: 'tm.uac_start', worker: 0 })
    expect(calls[0].params).toEqual([
      { method: 'OPTIONS', uri: 'sip:b@c', nextHop: '', socket: '', headers: HEADS, body: 'body', noAck: false, frTimer: 0, frInvTimer: 0 },
    ])
  })

  it('wait answers with an array of six', async () => {
    const { call, calls, answers } = fakeEngine()
    answers['tm.uac_wait'] = ANSWER
    expect(await call('tm.t_uac_wait', ...SENT)).toEqual([200, 'OK', 'sip:b@c', 'udp:192.0.2.9:5060', '', 'Via: x\r\n'])
    expect(calls[0].timeoutMs).toBe(3_600_000)
    answers['tm.uac_wait'] = { status: 408, reason: 'Request Timeout', uri: '', nextHop: '', route: '', headers: '' }
    expect(await call('tm.t_uac_wait', ...SENT)).toEqual([408, 'Request Timeout', '', '', '', ''])
  })

  it('wait_block answers with code and text, and 500 No response after 80 seconds', async () => {
    const { call, calls, answers } = fakeEngine()
    answers['tm.uac_wait'] = ANSWER
    expect(await call('tm.t_uac_wait_block', ...SENT)).toEqual({ code: 200, text: 'OK' })
    expect(calls[0].timeoutMs).toBe(80_000)
    answers['tm.uac_wait'] = new ControlFault({ code: 504, message: 'The SIP thread did not answer' })
    expect(await call('tm.t_uac_wait_block', ...SENT)).toEqual({ code: 500, message: 'No response' })
  })

  it.each(['start', 'wait', 'wait_block'])('%s has forms without ACK and with a hexadecimal body', async (mode) => {
    const { call, calls, answers } = fakeEngine()
    answers['tm.uac_wait'] = ANSWER
    for (const form of ['_noack', '_hex', '_noack_hex']) await call(`tm.t_uac_${mode}${form}`, ...SENT, '68 65\n79')
    expect(calls.map(({ params }) => (params as [{ noAck: boolean; body: unknown }])[0])).toMatchObject([
      { noAck: true, body: '68 65\n79' },
      { noAck: false, body: Uint8Array.of(0x68, 0x65, 0x79) },
      { noAck: true, body: Uint8Array.of(0x68, 0x65, 0x79) },
    ])
    for (const body of ['6', 'zz', '0x01'])
      expect(await call(`tm.t_uac_${mode}_hex`, ...SENT, body)).toEqual({
        code: 400,
        message: 'Parameter body must be pairs of hexadecimal digits',
      })
  })

  it('faults name the parameter that is missing, and those of the thread come through', async () => {
    const { call, answers } = fakeEngine()
    expect(await call('tm.t_uac_start')).toEqual({ code: 400, message: 'Parameter method must be a text' })
    expect(await call('tm.t_uac_start', 'OPTIONS')).toEqual({ code: 400, message: 'Parameter ruri must be a text' })
    expect(await call('tm.t_uac_wait', 'OPTIONS', 'sip:b@c', '.', '.')).toEqual({ code: 400, message: 'Parameter headers must be a text' })
    answers['tm.uac_start'] = new ControlFault({ code: 478, message: 'Unresolvable destination: sip:b@c' })
    expect(await call('tm.t_uac_start', ...SENT)).toEqual({ code: 478, message: 'Unresolvable destination: sip:b@c' })
  })

  it('tm.t_uac_attrs does as its attributes say', async () => {
    const { call, calls, answers } = fakeEngine()
    answers['tm.uac_wait'] = ANSWER
    expect(await call('tm.t_uac_attrs', '', ...SENT)).toEqual({})
    expect(await call('tm.t_uac_attrs', 'mode=start', ...SENT)).toEqual({})
    expect(await call('tm.t_uac_attrs', 'mode=wait', ...SENT)).toHaveLength(6)
    const all = 'mode=block; cbflags=noack; rpflags=1; fr_timeout=5000; fr_inv_timeout=9000;'
    expect(await call('tm.t_uac_attrs', all, ...SENT, '6869')).toEqual({ code: 200, text: 'OK' })
    expect(calls.at(-1)?.params).toMatchObject([{ noAck: true, frTimer: 5000, frInvTimer: 9000, body: Uint8Array.of(0x68, 0x69) }])
  })

  it.each([
    [1, 'Parameter attributes must be a text like mode=wait;cbflags=noack'],
    ['mode=later', 'mode must be start, wait or block'],
    ['cbflags=1', 'cbflags must be noack'],
    ['rpflags=2', 'rpflags must be 0 or 1'],
    ['fr_timeout=5s', 'fr_timeout must be a number of milliseconds'],
    ['reply=wait', 'There is no attribute reply: mode, cbflags, rpflags, fr_timeout and fr_inv_timeout are'],
  ])('tm.t_uac_attrs refuses %j', async (attributes, message) => {
    expect(await fakeEngine().call('tm.t_uac_attrs', attributes, ...SENT)).toEqual({ code: 400, message })
  })
})

describe('signalbox.tx.*', () => {
  it('get tells what the thread that has it knows, also when no events were recorded', async () => {
    const { call, calls, answers } = fakeEngine()
    answers['tm.snapshot#1'] = { row: exampleRow, live: exampleLive }
    expect(await call('signalbox.tx.get', 4711, 1868931)).toEqual({
      row: exampleRow,
      events: [],
      complete: false,
      related: [],
      live: exampleLive,
    })
    expect(calls[1]).toMatchObject({ worker: 1, method: 'tm.snapshot', params: [4711, 1868931] })
  })

  it('cancel_branch', async () => {
    const { call, calls, answers } = fakeEngine()
    expect(await call('signalbox.tx.cancel_branch', 4711, 99, 1)).toEqual(notFound(404))
    expect(await call('signalbox.tx.cancel_branch', 4711, 99, 32)).toMatchObject({ code: 400 })
    expect(await call('signalbox.tx.cancel_branch', 4711, 99)).toMatchObject({ code: 400 })
    answers['tm.cancel_branch#0'] = { outcome: 'cancelled', open: 1 }
    expect(await call('signalbox.tx.cancel_branch', '4711', '99', '1')).toEqual({ outcome: 'cancelled', open: 1 })
    expect(calls.at(-1)?.params).toEqual([{ index: 4711, label: 99 }, 1])
    answers['tm.cancel_branch#0'] = conflict('Branch 1 is being cancelled already')
    expect(await call('signalbox.tx.cancel_branch', 4711, 99, 1)).toEqual({ code: 409, message: 'Branch 1 is being cancelled already' })
  })

  it('reply', async () => {
    const { call, calls, answers } = fakeEngine()
    expect(await call('signalbox.tx.reply', 4711, 99, 480)).toEqual(notFound(404))
    for (const code of [180, 700, 'x', undefined]) expect(await call('signalbox.tx.reply', 4711, 99, code)).toMatchObject({ code: 400 })
    answers['tm.reply#1'] = true
    expect(await call('signalbox.tx.reply', 4711, 99, 480, 'Gone')).toEqual({})
    expect(calls.at(-1)?.params).toEqual([
      { index: 4711, label: 99 },
      { status: 480, reason: 'Gone', toTag: '', headers: '', body: '' },
    ])
    answers['tm.reply#1'] = conflict('The transaction has its final reply already: 200')
    expect(await call('signalbox.tx.reply', 4711, 99, 480)).toMatchObject({ code: 409 })
  })
})
