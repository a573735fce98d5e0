import { describe, expect, it } from 'vitest'
import { tmParametersFrom } from '../../../src/tm/parameters.ts'
import { TransactionFlag } from '../../../src/tm/transaction-flag.ts'
import { addresses } from '../scripted-dns.ts'
import { TextMessage } from '../text-message.ts'
import { Scene, type SceneOptions } from './scene.ts'

/** The last request of that method that the phone got, with the 32 characters in the middle of our branch made unrecognisable. */
function mangled(scene: Scene, method: string): TextMessage {
  const request = scene.phone.last(method)
  return new TextMessage(request.text.replace(/(branch=z9hG4bK[0-9a-f]+\.)[0-9a-f]{32}/, `$1${'f'.repeat(32)}`))
}

describe('callid_cseq_matching, tm-reference 2.2', () => {
  it.each([
    [0, []],
    [1, [404]],
  ])('%i: a reply with other characters in the middle of our branch gives the caller %j', (value, codes) => {
    const scene = new Scene({ params: { callid_cseq_matching: value } })
    scene.send('MESSAGE')
    scene.phone.reply(scene.proxy.address, mangled(scene, 'MESSAGE'), '404 Not Found')
    scene.run()
    expect([scene.codes('MESSAGE').slice(0, 1), scene.proxy.stat('tmRplReceived')]).toEqual([[404], codes.length])
    expect(scene.leftovers()).toEqual({})
  })

  it.each([
    ['Call-ID', /Call-ID: .*/, 'Call-ID: another'],
    ['CSeq number', /CSeq: \d+/, 'CSeq: 77'],
    ['branch number', /(branch=z9hG4bK[0-9a-f.]+)\.0/, '$1.7'],
    ['tindex', /(branch=z9hG4bK)[0-9a-f]+/, '$10'],
  ])('1: another %s is no match', (_what, found, replacement) => {
    const scene = new Scene({ params: { callid_cseq_matching: 1 } })
    scene.send('MESSAGE')
    const wrong = new TextMessage(scene.phone.last('MESSAGE').text.replace(found, replacement))
    scene.phone.reply(scene.proxy.address, wrong, '404 Not Found')
    scene.run()
    expect(scene.proxy.stat('tmRplReceived')).toBe(0)
  })

  it('1: a whole call, forked and cancelled', () => {
    const scene = new Scene({ phones: 2, params: { callid_cseq_matching: 1 } })
    const invite = scene.invite()
    scene.answer(180, { from: 0 })
    scene.answer(180, { from: 1 })
    scene.cancel(invite)
    for (const from of [0, 1]) {
      scene.answer('200 OK', { from, method: 'CANCEL' })
      scene.answer(487, { from })
    }
    expect(scene.codes()).toEqual([100, 180, 180, 487])
    expect(scene.leftovers()).toEqual({})
  })

  it.each([0, 1])('1: a reply that fits branch %i, which could not be sent, comes too late', (branch) => {
    const scene = new Scene({
      params: { callid_cseq_matching: 1 },
      core: { use_dns_failover: 1 },
      dns: { 'A phones.example': addresses(60, '10.0.9.1', '10.0.9.2') },
    })
    for (const place of ['10.0.9.1:5060', '10.0.9.2:5060']) scene.proxy.unsendable.add(place)
    scene.proxy.targets = ['sip:bob@phones.example', ...scene.proxy.targets]
    scene.send('MESSAGE')
    const { text } = scene.phone.last('MESSAGE')
    const answered = new TextMessage(text.replace(/(branch=z9hG4bK[0-9a-f.]+)\.1/, `$1.${branch === 0 ? 0 : 2}`))
    scene.phone.reply(scene.proxy.address, answered, '100 Trying')
    scene.run()
    expect(scene.proxy.stat('tmRplReceived')).toBe(1)
    scene.answer(404, { method: 'MESSAGE' })
    expect(scene.codes('MESSAGE')).toEqual([404])
    expect(scene.leftovers()).toEqual({})
  })
})

describe('reply_matching, tm-reference 2.2', () => {
  /** One branch has answered, the other never will; wt_timer is over. */
  function lingering(value: number): Scene {
    const scene = new Scene({ phones: 2, params: { reply_matching: value, wt_timer: 1000 } })
    scene.invite()
    scene.answer(180, { from: 1 })
    scene.answer(200, { from: 0 })
    scene.run(2000)
    return scene
  }

  it.each([
    [0, 1],
    [1, 0],
  ])('%i: of a 2xx that comes again after wt_timer %i are matched; the caller gets it in any case', (value, matched) => {
    const scene = lingering(value)
    const before = scene.proxy.stat('tmRplReceived')
    const codes = scene.codes().length
    scene.answer(200, { from: 0 })
    expect(scene.proxy.stat('tmRplReceived') - before).toBe(matched)
    expect(scene.codes().slice(codes)).toEqual([200])
    expect(scene.leftovers()).toEqual({})
  })

  it('1: the branch that is still open gets its reply, and its ACK, RFC 3261 17.1.1.3', () => {
    const scene = lingering(1)
    scene.answer(487, { from: 1 })
    expect(scene.phones[1].requests('ACK')).toHaveLength(1)
    expect(scene.leftovers()).toEqual({})
  })

  it('1: a negative reply that comes again gets its ACK again, RFC 3261 17.1.1.2', () => {
    const scene = new Scene({ params: { wt_timer: 1000 } })
    scene.invite()
    scene.answer(486)
    scene.run(2000)
    scene.answer(486)
    expect(scene.phone.requests('ACK')).toHaveLength(2)
  })

  it('a transaction that outlives wt_timer has flag 32 in tm.list, tm-reference 12', () => {
    const [cell] = [...lingering(1).proxy.engine.transactions.core.table.cells()]
    expect(cell.flags & 0xffff & TransactionFlag.AGONY).toBe(32)
  })
})

describe('reply_relay_mode, tm-reference 2.3', () => {
  /** What is sent when somebody asks for the last reply once more. */
  function storedAfter(scene: Scene): string {
    const { core } = scene.proxy.engine.transactions
    const [{ reply }] = [...core.table.cells()]
    return reply === null ? '' : Buffer.from(reply.bytes.subarray(reply.start, reply.start + reply.length)).toString('latin1')
  }

  it.each([
    [0, '10.0.1.1'],
    [1, '10.0.1.0'],
  ])('%i: of two 2xx that both go upstream, that of %s is stored', (value, phone) => {
    const scene = new Scene({ phones: 2, params: { reply_relay_mode: value } })
    scene.invite()
    scene.answer(200, { from: 0 })
    scene.answer(200, { from: 1 })
    expect(scene.codes()).toEqual([100, 200, 200])
    expect(storedAfter(scene)).toContain(`tag=to-${phone}:5060`)
    expect(scene.leftovers()).toEqual({})
  })

  /** The caller has a 408 when the phone picks up after all. */
  function overtaken(value: number): { readonly scene: Scene; readonly scripted: string[] } {
    const scripted: string[] = []
    const scene: Scene = new Scene({
      params: { reply_relay_mode: value, fr_timer: 1000 },
      request: (m, { transactions }) => {
        scripted.push(m.message.text(m.message.methodStart, m.message.methodEnd))
        scene.proxy.fork(m, scene.proxy.targets)
        if (scripted.length === 1) transactions.relay(m, 0, '')
      },
    })
    const invite = scene.invite()
    scene.run(1010)
    scene.answer(200)
    scene.ack(invite)
    return { scene, scripted }
  }

  it('1: the ACK to a negative reply that a 2xx has overtaken is absorbed, RFC 3261 17.2.1', () => {
    const { scene, scripted } = overtaken(1)
    expect(scene.codes()).toEqual([100, 408, 200])
    expect(storedAfter(scene)).toContain('SIP/2.0 408')
    expect(scripted).toEqual(['INVITE'])
    expect(scene.leftovers()).toEqual({})
  })

  it('0: the script gets it, as the ACK to the 2xx', () => {
    const { scene, scripted } = overtaken(0)
    expect(storedAfter(scene)).toContain('SIP/2.0 200')
    expect(scripted).toEqual(['INVITE', 'ACK'])
    expect(scene.leftovers()).toEqual({})
  })
})

describe('failure_exec_mode, tm-reference 2.3', () => {
  function unsendable(
    value: number,
    options: SceneOptions = {},
  ): { readonly scene: Scene; readonly results: number[]; readonly runs: string[] } {
    const results: number[] = []
    const runs: string[] = []
    const scene: Scene = new Scene({
      params: { failure_exec_mode: value, fr_timer: 2000 },
      request: (m, { transactions }) => {
        scene.proxy.fork(m, scene.proxy.targets)
        transactions.armFailure(m, 'failed')
        results.push(transactions.relay(m, 0, ''))
      },
      failure: (_name, m, { transactions }) => void runs.push(`${transactions.statusCode(m)} ${transactions.branchTimeout(m)}`),
      ...options,
    })
    scene.proxy.unsendable.add(scene.phone.address)
    return { scene, results, runs }
  }

  it('0: the relay fails at once with -477, and the failure route does not run', () => {
    const { scene, results, runs } = unsendable(0)
    scene.send('MESSAGE')
    expect([results, runs, scene.codes('MESSAGE')]).toEqual([[-477], [], [477]])
    expect(scene.leftovers()).toEqual({})
  })

  it.each(['MESSAGE', 'INVITE'])('1: the %s is relayed as it seems, and after fr_timer the failure route sees a timeout', (method) => {
    const { scene, results, runs } = unsendable(1)
    scene.send(method)
    expect([results, runs]).toEqual([[1], []])
    scene.run(2000)
    expect(runs).toEqual(['408 1'])
    expect(scene.codes(method).at(-1)).toBe(408)
    expect(scene.sent(scene.phone, method)).toHaveLength(0)
    expect(scene.leftovers()).toEqual({})
  })

  it('1: a branch that could be sent decides meanwhile', () => {
    const { scene, results } = unsendable(1, { phones: 2 })
    scene.invite()
    scene.answer(200, { from: 1 })
    expect([results, scene.codes()]).toEqual([[1], [100, 200]])
    expect(scene.leftovers()).toEqual({})
  })

  it.each([0, 1])('%i: with DNS failover the next address is tried first, RFC 3263 4.3', (value) => {
    const { scene } = unsendable(value, {
      dns: { 'A phone.test': addresses(60, '10.0.1.0', '10.0.1.1') },
      core: { use_dns_failover: 1 },
      phones: 2,
    })
    scene.proxy.targets = ['sip:bob@phone.test:5060']
    scene.send('MESSAGE')
    scene.run(20)
    expect(scene.phones[1].requests('MESSAGE')).toHaveLength(1)
  })
})

describe('delayed_reply, tm-reference 2.3 and 8.3', () => {
  function failing(value: number, uri: string, flags = 0): { readonly scene: Scene; readonly seen: (number | string)[] } {
    const seen: (number | string)[] = []
    const scene: Scene = new Scene({
      params: { delayed_reply: value },
      request: (m, { transactions }) => {
        m.requestUri = uri
        seen.push(transactions.relay(m, flags, ''), scene.sent(scene.caller, 'SIP/2.0 4').length)
      },
    })
    scene.proxy.unsendable.add(scene.phone.address)
    return { scene, seen }
  }

  it.each([
    [0, 'sip:bob@10.0.1.0:5060', -477, 1],
    [1, 'sip:bob@10.0.1.0:5060', -477, 0],
    [0, 'http://nowhere', -479, 1],
    [1, 'http://nowhere', -479, 0],
  ])('%i: a relay to %s returns %i and has sent %i replies by then; the caller gets one', (value, uri, code, sent) => {
    const { scene, seen } = failing(value, uri)
    scene.send('MESSAGE')
    expect(seen).toEqual([code, sent])
    expect(scene.codes('MESSAGE')).toEqual([-code])
    expect(scene.leftovers()).toEqual({})
  })

  it.each([
    [0, 'sip:bob@10.0.1.0:5060'],
    [1, 'sip:bob@10.0.1.0:5060'],
    [0, 'http://nowhere'],
    [1, 'http://nowhere'],
  ])('%i: with the flag for no internal reply the relay to %s returns -4 and nobody answers, tm-reference 8.3', (value, uri) => {
    const { scene, seen } = failing(value, uri, 2)
    scene.send('MESSAGE')
    expect([seen, scene.codes('MESSAGE')]).toEqual([[-4, 0], []])
    expect(scene.leftovers()).toEqual({})
  })

  it('t_reply_error answers with the error that was kept, tm-reference 8.3', () => {
    const scene = new Scene({
      request: (m, { transactions }) => {
        transactions.newTransaction(m)
        transactions.relay(m, 2, '')
        transactions.replyError(m)
      },
    })
    scene.proxy.unsendable.add(scene.phone.address)
    scene.send('MESSAGE', { uri: 'sip:bob@10.0.1.0:5060' })
    expect(scene.codes('MESSAGE')).toEqual([477])
  })
})

describe('rich_redirect, tm-reference 2.3', () => {
  it.each([
    [0, '<sip:one@10.0.0.7>, <sip:two@10.0.0.8?a=b>;q=0.5'],
    [1, '<sip:one@10.0.0.7>;flags=8, <sip:two@10.0.0.8?a=b>;q=0.5;flags=0'],
    [2, '<sip:one@10.0.0.7>, <sip:two@10.0.0.8?a=b&Route=%3csip:p1.test%3blr%3e%2c%3csip:p2.test%3blr%3e>;q=0.5'],
    [3, '<sip:one@10.0.0.7>;flags=8, <sip:two@10.0.0.8?a=b&Route=%3csip:p1.test%3blr%3e%2c%3csip:p2.test%3blr%3e>;q=0.5;flags=0'],
  ])('%i: %s', (value, contact) => {
    const scene = new Scene({
      params: { rich_redirect: value },
      request: (m, { transactions }) => {
        m.requestUri = 'sip:one@10.0.0.7'
        m.branchFlags = 8
        const path = '<sip:p1.test;lr>,<sip:p2.test;lr>'
        m.targets.push({
          uri: 'sip:two@10.0.0.8?a=b',
          destinationUri: '',
          path,
          q: 500,
          flags: 0,
          listener: null,
          instance: '',
          ruid: '',
        })
        transactions.sendReply(m, 302, 'Moved')
      },
    })
    scene.send('MESSAGE')
    expect(scene.caller.last('MESSAGE').header('Contact')).toBe(contact)
  })
})

describe('local_ack_branch_mode, tm-reference 2.4', () => {
  /** Via branches of the INVITE that the proxy sent and of its ACKs to two 2xx. */
  function branches(value: number): readonly [invite: string, ...acks: string[]] {
    const scene = new Scene({ params: { local_ack_branch_mode: value } })
    const request = {
      method: 'INVITE',
      uri: `sip:bob@${scene.phone.address}`,
      nextHop: '',
      listener: null,
      headers: 'From: <sip:monitor@here>\r\nTo: <sip:bob@there>\r\n',
      body: '',
      noAck: false,
      frTimer: 0,
      frInvTimer: 0,
    }
    scene.proxy.engine.transactions.startLocal(request, () => undefined)
    scene.proxy.wake()
    scene.run()
    scene.answer(200)
    scene.answer(200)
    expect(scene.leftovers()).toEqual({})
    return [scene.phone.last('INVITE').branch, ...scene.phone.requests('ACK').map((ack) => ack.branch)]
  }

  it('0: the branch of the INVITE', () => {
    const [invite, ...acks] = branches(0)
    expect(acks).toEqual([invite, invite])
  })

  it('1: its last four characters are others', () => {
    const [invite, first, second] = branches(1)
    expect(second).toBe(first)
    expect(first.slice(0, -4)).toBe(invite.slice(0, -4))
    for (const i of [1, 2, 3, 4]) expect(first.at(-i)).not.toBe(invite.at(-i))
  })

  it('2: a branch of its own, the same for every repetition, RFC 3261 13.2.2.4 and 17', () => {
    const [invite, first, second] = branches(2)
    expect(second).toBe(first)
    expect(first).toMatch(/^z9hG4bK/)
    expect(first).not.toBe(invite)
  })
})

describe('fr_inv_timer_next, tm-reference 2.1', () => {
  it('can be set and read, and a call takes the time that it takes anyway', () => {
    const params = { fr_inv_timer_next: 10, fr_inv_timer: 3000 }
    expect(tmParametersFrom(params).fr_inv_timer_next).toBe(10)
    const scene = new Scene({ params })
    scene.invite()
    scene.answer(180)
    scene.run(2900)
    expect(scene.codes()).toEqual([100, 180])
    scene.run(200)
    scene.answer(487)
    expect(scene.codes().at(-1)).toBe(408)
  })
})
