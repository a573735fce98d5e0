import { describe, expect, it } from 'vitest'
import { Agent } from '../agent.ts'
import type { TextMessage } from '../text-message.ts'
import { Scene } from './scene.ts'

/** Sends `text` with something replaced; the number of INVITEs that the phone has then. */
function resent(edit: (text: string) => string, params: Record<string, number> = {}, branch = 'z9hG4bKsame'): number {
  const scene = new Scene({ params })
  const invite = scene.invite({ branch })
  scene.caller.send(scene.proxy.address, edit(invite.text))
  scene.run()
  return scene.phone.requests('INVITE').length
}

describe('matching requests to server transactions, RFC 3261 17.2.3, tm-reference 3.1', () => {
  it.each([
    ['byte for byte', (text: string) => text, 1],
    ['the port of sent-by left out, which means 5060', (text: string) => text.replace('10.0.0.2:5060;branch', '10.0.0.2;branch'), 1],
    ['another Request-URI', (text: string) => text.replace('INVITE sip:bob', 'INVITE sip:carol'), 1],
    ['another From tag', (text: string) => text.replace('tag=from', 'tag=other'), 1],
    ['another body length', (text: string) => text.replace('Content-Length: 0', 'Content-Length:  0'), 1],
    ['another header', (text: string) => text.replace('Max-Forwards: 70', 'Max-Forwards: 69\r\nX-New: 1'), 1],
    ['the branch in capitals, RFC 3261 7.3.1', (text: string) => text.replace('z9hG4bKsame', 'z9hG4bKSAME'), 1],
    ['another branch', (text: string) => text.replace('z9hG4bKsame', 'z9hG4bKother'), 2],
    ['a longer branch', (text: string) => text.replace('z9hG4bKsame', 'z9hG4bKsame1'), 2],
    ['another host in sent-by', (text: string) => text.replace('UDP 10.0.0.2:', 'UDP 10.0.0.3:'), 2],
    ['another port in sent-by', (text: string) => text.replace('10.0.0.2:5060;branch', '10.0.0.2:5070;branch'), 2],
    ['another transport in the Via', (text: string) => text.replace('SIP/2.0/UDP', 'SIP/2.0/TCP'), 2],
    ['another method', (text: string) => text.replaceAll('INVITE', 'MESSAGE'), 1],
    ['another Call-ID', (text: string) => text.replace('Call-ID: call-1', 'Call-ID: call-2'), 2],
    ['another CSeq', (text: string) => text.replace('CSeq: 1', 'CSeq: 2'), 2],
  ])('%s: %#', (_what, edit, expected) => {
    expect(resent(edit)).toBe(expected)
  })

  it('another method with the same branch is a transaction of its own', () => {
    const scene = new Scene()
    scene.invite({ branch: 'z9hG4bKsame' })
    scene.send('MESSAGE', { branch: 'z9hG4bKsame' })
    expect(scene.proxy.stat('tmCreated')).toBe(2)
  })

  it('two methods that nobody knows are not one', () => {
    const scene: Scene = new Scene({
      request: (m, { transactions }) => {
        scene.proxy.fork(m, scene.proxy.targets)
        transactions.relay(m, 0, '')
      },
    })
    scene.send('HELLO', { branch: 'z9hG4bKsame' })
    scene.send('GOODBYE', { branch: 'z9hG4bKsame' })
    expect(scene.proxy.stat('tmCreated')).toBe(2)
  })

  it('host names of sent-by are compared without case', () => {
    const scene = new Scene()
    const text = (host: string): string =>
      scene.caller
        .request('nowhere', { method: 'INVITE', uri: 'sip:b@10.0.0.1', branch: 'z9hG4bKh' })
        .text.replace('10.0.0.2:5060;', `${host};`)
    scene.caller.send(scene.proxy.address, text('PC.example.com'))
    scene.caller.send(scene.proxy.address, text('pc.EXAMPLE.com'))
    scene.run()
    expect(scene.proxy.stat('tmCreated')).toBe(1)
  })

  it.each([0, 1])('callid_matching %i: the same branch with another Call-ID and CSeq bucket is another transaction', (matching) => {
    expect(resent((text) => text.replace('Call-ID: call-1', 'Call-ID: call-2'), { callid_matching: matching })).toBe(2)
  })

  it('the source address does not matter, only sent-by does', () => {
    const scene = new Scene()
    const invite = scene.invite()
    new Agent(scene.world, '10.0.0.77:5060').send(scene.proxy.address, invite.text)
    scene.run()
    expect(scene.phone.requests('INVITE')).toHaveLength(1)
  })
})

describe('matching requests of clients before RFC 3261, RFC 3261 17.2.3, tm-reference 3.1', () => {
  it.each([
    ['byte for byte', (text: string) => text, {}, 1],
    ['another Call-ID', (text: string) => text.replace('Call-ID: call-1', 'Call-ID: call-2'), {}, 2],
    ['another CSeq', (text: string) => text.replace('CSeq: 1', 'CSeq: 2'), {}, 2],
    ['another From tag', (text: string) => text.replace('tag=from', 'tag=other'), {}, 2],
    ['another To', (text: string) => text.replace('To: <sip:bob', 'To: <sip:carol'), {}, 2],
    ['another Request-URI, ruri_matching 1', (text: string) => text.replace('INVITE sip:bob', 'INVITE sip:carol'), {}, 2],
    ['another Request-URI, ruri_matching 0', (text: string) => text.replace('INVITE sip:bob', 'INVITE sip:carol'), { ruri_matching: 0 }, 1],
    ['another Via, via1_matching 1', (text: string) => text.replace('branch=old', 'branch=older'), {}, 2],
    ['another Via, via1_matching 0', (text: string) => text.replace('branch=old', 'branch=older'), { via1_matching: 0 }, 1],
    ['a cookie in the branch now', (text: string) => text.replace('branch=old', 'branch=z9hG4bKold'), {}, 2],
  ])('%s', (_what, edit, params, expected) => {
    expect(resent(edit, params, 'old')).toBe(expected)
  })

  it('no branch at all', () => {
    const scene = new Scene()
    const text = scene.caller.request('nowhere', { method: 'INVITE', uri: 'sip:b@10.0.0.1' }).text.replace(/;branch=\S+/, '')
    scene.caller.send(scene.proxy.address, text)
    scene.caller.send(scene.proxy.address, text)
    scene.run()
    expect(scene.phone.requests('INVITE')).toHaveLength(1)
    scene.answer(486)
    scene.caller.send(
      scene.proxy.address,
      text.replaceAll('INVITE', 'ACK').replace('To: <sip:b@10.0.0.1>', `To: ${scene.caller.last('INVITE').header('To')}`),
    )
    scene.run(3000)
    expect(scene.gaps(scene.caller, 'SIP/2.0 486')).toEqual([])
  })

  it('the CANCEL finds its INVITE', () => {
    const scene = new Scene()
    const invite = scene.invite({ branch: 'old' })
    scene.answer(180)
    scene.cancel(invite)
    expect(scene.phone.requests('CANCEL')).toHaveLength(1)
  })
})

describe('ACK, RFC 3261 17.1.1.3, 16.11, tm-reference 3.1', () => {
  const forwarding = (): Scene => {
    const scene: Scene = new Scene({
      request: (m, { transactions }) => {
        scene.proxy.fork(m, scene.proxy.targets)
        transactions.relay(m, 0, '')
      },
    })
    return scene
  }

  it('to a 2xx is forwarded without a transaction', () => {
    const scene = forwarding()
    scene.invite()
    scene.answer(200)
    scene.send('ACK', { toTag: `to-${scene.phone.address}` })
    expect(scene.phone.requests('ACK')).toHaveLength(1)
    expect(scene.proxy.stat('tmCreated')).toBe(1)
  })

  it('to a 2xx: its retransmission is forwarded again, with the same branch', () => {
    const scene = forwarding()
    const ack = scene.send('ACK', { toTag: 'x' })
    scene.again(ack)
    const [first, second] = scene.phone.requests('ACK')
    expect(second.text).toBe(first.text)
  })

  it('different ACKs have different branches', () => {
    const scene = forwarding()
    scene.send('ACK', { toTag: 'x' })
    scene.send('ACK', { toTag: 'x' })
    const [first, second] = scene.phone.requests('ACK')
    expect(second.branch).not.toBe(first.branch)
  })

  it('to a negative reply ends here', () => {
    const scene = forwarding()
    const invite = scene.invite()
    scene.answer(486)
    scene.ack(invite)
    expect(scene.phone.requests('ACK')).toHaveLength(1)
    expect(scene.phone.last('ACK').branch).toBe(scene.phone.last('INVITE').branch)
  })

  it('to a negative reply, with a wrong branch, is not taken for it', () => {
    const scene = forwarding()
    const invite = scene.invite()
    scene.answer(486)
    scene.caller.send(scene.proxy.address, invite.text.replaceAll('INVITE', 'ACK').replace('branch=z9hG4bK', 'branch=z9hG4bKwrong'))
    scene.run(1000)
    expect(scene.gaps(scene.caller, 'SIP/2.0 486')).toEqual([500])
  })

  it('to a 2xx made here, with its To-tag, ends here', () => {
    const scene = new Scene({ request: (m, { transactions }) => void transactions.sendReply(m, 200, 'OK') })
    scene.invite()
    scene.send('ACK', { toTag: scene.caller.last('INVITE').toTag })
    expect(scene.caller.received).toHaveLength(1)
    expect(scene.proxy.stat('tmCreated')).toBe(1)
  })

  it('is never answered, RFC 3261 17', () => {
    const scene = new Scene({
      request: (m, { transactions, replier }) => {
        expect([replier.reply(m, 404, ''), transactions.reply(m, 404, ''), transactions.sendReply(m, 404, '')]).toEqual([-1, -1, -1])
      },
    })
    scene.send('ACK')
    expect(scene.caller.received).toHaveLength(0)
  })
})

describe('matching replies to client transactions, RFC 3261 17.1.3, tm-reference 3.2', () => {
  /** The phone answers with something in its reply replaced; replies that matched. */
  function matched(edit: (invite: TextMessage) => string, params: Record<string, number> = {}, phones = 1): number {
    const scene = new Scene({ params, phones })
    scene.invite()
    const invite = scene.phone.last('INVITE')
    scene.phone.reply(scene.proxy.address, new (invite.constructor as typeof TextMessage)(edit(invite)), '180 Ringing')
    scene.run()
    return scene.proxy.stat('tmRplReceived')
  }
  const branchTo = (pattern: RegExp, to: string) => (invite: TextMessage) =>
    invite.text.replace(invite.branch, invite.branch.replace(pattern, to))

  it.each([
    ['the branch as sent', (invite: TextMessage) => invite.text, 1],
    [
      'the branch in capitals: parameter values have no case, RFC 3261 7.3.1',
      (invite: TextMessage) => invite.text.replace(invite.branch, invite.branch.toUpperCase()),
      1,
    ],
    ['another branch number', branchTo(/0$/, '1'), 0],
    ['a branch number beyond all', branchTo(/0$/, 'f'), 0],
    ['no branch number', branchTo(/\.0$/, ''), 0],
    ['another index', branchTo(/z9hG4bK[0-9a-f]+\./, 'z9hG4bK1.'), 0],
    ['an index too large', branchTo(/z9hG4bK[0-9a-f]+\./, 'z9hG4bKfffff.'), 0],
    ['another slot', branchTo(/\.(..)0000000\d/, '.$100000007'), 0],
    ['no hexadecimal digits', branchTo(/\.[0-9a-f]{2}/, '.zz'), 0],
    ['nothing but the cookie', (invite: TextMessage) => invite.text.replace(invite.branch, 'z9hG4bK'), 0],
    ['another method in CSeq', (invite: TextMessage) => invite.text.replace('1 INVITE', '1 MESSAGE'), 0],
    ['CANCEL in CSeq, though none was sent', (invite: TextMessage) => invite.text.replace('1 INVITE', '1 CANCEL'), 0],
    ['another Call-ID, which is not compared', (invite: TextMessage) => invite.text.replace('Call-ID: call-1', 'Call-ID: call-2'), 1],
    ['another From tag, which is not compared', (invite: TextMessage) => invite.text.replace('tag=from', 'tag=x'), 1],
  ])('%s', (_what, edit, expected) => {
    expect(matched(edit)).toBe(expected)
  })

  it.each([
    [0, 1],
    [1, 0],
  ])('callid_matching %i: a reply with another Call-ID', (matching, expected) => {
    expect(matched((invite) => invite.text.replace('Call-ID: call-1', 'Call-ID: call-2'), { callid_matching: matching })).toBe(expected)
  })

  it('each branch of a fork gets its own', () => {
    const scene = new Scene({ phones: 3 })
    scene.invite()
    scene.answer(180, { from: 2 })
    const branches = [...scene.proxy.engine.transactions.core.table.cells()][0].branches
    expect(branches.map(({ status }) => status)).toEqual([0, 0, 180])
  })

  it('the source of a reply does not matter', () => {
    const scene = new Scene()
    scene.invite()
    new Agent(scene.world, '10.0.0.66:5060').reply(scene.proxy.address, scene.phone.last('INVITE'), '180 Ringing')
    scene.run()
    expect(scene.codes()).toEqual([100, 180])
  })

  it('a reply with one Via goes no further, 16.7 step 3', () => {
    const scene = new Scene()
    scene.invite()
    const lone = scene.phone.last('INVITE').text.replace(/\r\nVia: SIP\/2\.0\/UDP 10\.0\.0\.2[^\r]*/, '')
    scene.phone.reply(scene.proxy.address, new (scene.phone.last('INVITE').constructor as typeof TextMessage)(lone), '180 Ringing')
    scene.run()
    expect(scene.codes()).toEqual([100])
  })

  it('after wt_timer a reply is a stray one and forwarded without state, 16.7 step 1', () => {
    const scene = new Scene({ params: { wt_timer: 1000 } })
    scene.send('MESSAGE')
    scene.answer(200, { method: 'MESSAGE' })
    scene.run(1100)
    expect(scene.proxy.current).toBe(0)
    scene.answer(200, { method: 'MESSAGE' })
    expect(scene.codes('MESSAGE')).toEqual([200, 200])
    expect(scene.proxy.stat('strayReplies')).toBe(1)
  })

  it('a slot that is used again does not get the replies of its former transaction', () => {
    const scene = new Scene({ params: { wt_timer: 100 } })
    scene.invite({ callId: 'one' })
    const first = scene.phone.last('INVITE')
    scene.answer(200)
    scene.run(200)
    scene.invite({ callId: 'two' })
    scene.phone.reply(scene.proxy.address, first, '486 Late')
    scene.run()
    expect([...scene.proxy.engine.transactions.core.table.cells()][0].status).toBe(100)
  })
})

describe('merged requests and spirals, RFC 3261 8.2.2.2, 16.3 step 4', () => {
  it('a merged request is relayed again: it has another branch', () => {
    const scene = new Scene()
    scene.invite({ branch: 'z9hG4bKone' })
    scene.invite({ branch: 'z9hG4bKtwo' })
    expect(scene.phone.requests('INVITE')).toHaveLength(2)
  })

  it('a request that comes back through us is another transaction with its own Via', () => {
    const scene: Scene = new Scene({
      request: (m, { transactions }) => {
        const first = m.message.next(m.message.first(1)) < 0
        m.requestUri = first && scene.proxy.stat('tmCreated') === 0 ? 'sip:bob@10.0.0.1:5060' : scene.proxy.targets[0]
        transactions.relay(m, 0, '')
      },
    })
    scene.invite()
    scene.run()
    const invite = scene.phone.last('INVITE')
    expect(invite.all('Via')).toHaveLength(3)
    expect(new Set(invite.all('Via')).size).toBe(3)
    scene.answer(200)
    scene.run()
    expect(scene.codes()).toEqual([100, 200])
    expect(scene.leftovers()).toEqual({})
  })
})
