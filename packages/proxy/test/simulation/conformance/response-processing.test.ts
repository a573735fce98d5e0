import { describe, expect, it } from 'vitest'
import { Agent } from '../agent.ts'
import { TextMessage } from '../text-message.ts'
import { Scene } from './scene.ts'

describe('find the response context, RFC 3261 16.7 step 1', () => {
  it('a reply without one is forwarded to the second Via', () => {
    const scene = new Scene()
    const other = new Agent(scene.world, '10.0.0.50:5080')
    scene.phone.send(
      scene.proxy.address,
      reply(['SIP/2.0/UDP 10.0.0.1:5060;branch=z9hG4bKx', 'SIP/2.0/UDP 10.0.0.50:5080;branch=z9hG4bKy']),
    )
    scene.run()
    expect(other.received[0].all('Via')).toEqual(['SIP/2.0/UDP 10.0.0.50:5080;branch=z9hG4bKy'])
  })

  it.each([
    ['received goes before sent-by', 'SIP/2.0/UDP pc.example;received=10.0.0.50;branch=z9hG4bKy', '10.0.0.50:5060'],
    ['rport goes before its port', 'SIP/2.0/UDP 10.0.0.50:1111;rport=5080;received=10.0.0.50;branch=z9hG4bKy', '10.0.0.50:5080'],
    ['no port means 5060', 'SIP/2.0/UDP 10.0.0.50;branch=z9hG4bKy', '10.0.0.50:5060'],
    ['over the transport it names', 'SIP/2.0/TCP 10.0.0.50:5060;branch=z9hG4bKy', 'tcp/10.0.0.50:5060'],
    ['joined with ours by a comma', 'SIP/2.0/UDP 10.0.0.50:5080;branch=z9hG4bKy', '10.0.0.50:5080'],
  ])('%s, 18.2.2', (what, via, place) => {
    const scene = new Scene()
    const other = new Agent(scene.world, place)
    const ours = 'SIP/2.0/UDP 10.0.0.1:5060;branch=z9hG4bKx'
    scene.phone.send(scene.proxy.address, reply(what.startsWith('joined') ? [`${ours}, ${via}`] : [ours, via]))
    scene.run()
    expect(other.received.map((message) => message.all('Via'))).toEqual([[via]])
  })

  it.each([
    ['its top Via is somebody else, 18.1.2', ['SIP/2.0/UDP 10.0.0.9:5060;branch=z9hG4bKx', 'SIP/2.0/UDP 10.0.0.50:5080;branch=z9hG4bKy']],
    ['it has no second Via, step 3', ['SIP/2.0/UDP 10.0.0.1:5060;branch=z9hG4bKx']],
    ['its second Via is a name without received', ['SIP/2.0/UDP 10.0.0.1:5060;branch=z9hG4bKx', 'SIP/2.0/UDP nowhere..;branch=z9hG4bKy']],
    ['its second Via is broken', ['SIP/2.0/UDP 10.0.0.1:5060;branch=z9hG4bKx', 'SIP/2.0']],
  ])('goes nowhere when %s', (_what, vias) => {
    const scene = new Scene()
    const before = scene.world.wire.length
    scene.phone.send(scene.proxy.address, reply(vias))
    scene.run()
    expect(scene.world.wire.slice(before + 1).filter(({ to }) => !to.includes('nowhere'))).toEqual([])
  })

  it('a 100 without one is dropped, 16.7 step 2', () => {
    const scene = new Scene()
    const other = new Agent(scene.world, '10.0.0.50:5080')
    const vias = ['SIP/2.0/UDP 10.0.0.1:5060;branch=z9hG4bKx', 'SIP/2.0/UDP 10.0.0.50:5080;branch=z9hG4bKy']
    scene.phone.send(scene.proxy.address, reply(vias, '100 Trying'))
    scene.run()
    expect(other.received).toEqual([])
  })
})

function reply(vias: readonly string[], status = '200 OK'): string {
  const lines = vias.map((via) => `Via: ${via}`)
  return [`SIP/2.0 ${status}`, ...lines, 'From: <sip:a@b>;tag=1', 'To: <sip:c@d>;tag=2', 'Call-ID: s', 'CSeq: 1 INVITE', '', ''].join(
    '\r\n',
  )
}

describe('remove the topmost Via, RFC 3261 16.7 step 3', () => {
  it.each([
    ['lines of their own', (text: string) => text],
    ['one line with commas', (text: string) => text.replace(/Via: (\S+ \S+)\r\nVia: /, 'Via: $1, ')],
    ['a folded line', (text: string) => text.replace(/Via: (\S+ \S+)\r\nVia: /, 'Via: $1,\r\n ')],
    ['compact names', (text: string) => text.replaceAll('Via: ', 'v:')],
  ])('from %s', (_what, edit) => {
    const scene = new Scene()
    const invite = scene.invite()
    const ringing = new TextMessage(scene.phone.last('INVITE').text)
    scene.phone.reply(scene.proxy.address, ringing, '180 Ringing')
    const sent = scene.world.wire.at(-1)
    scene.run()
    if (sent !== undefined) scene.phone.send(scene.proxy.address, edit(sent.text))
    scene.run()
    expect(scene.codes()).toEqual([100, 180, 180])
    const [first, second] = scene.caller.received.slice(1)
    const vias = [first, second].map((message) => [...message.all('Via'), ...message.all('v')])
    expect(vias).toEqual([[invite.header('Via')], [invite.header('Via')]])
  })

  /** A phone answers and keeps only the Via of whoever asked it. */
  function answerWithOneVia(scene: Scene, status: string, { from = 0, method = 'INVITE' } = {}): void {
    const phone = scene.phones[from]
    const request = phone.last(method)
    const { text } = request
    const others = request.all('Via').slice(1)
    phone.reply(scene.proxy.address, new TextMessage(others.reduce((rest, via) => rest.replace(`Via: ${via}\r\n`, ''), text)), status)
    scene.run()
  }

  it.each(['INVITE', 'MESSAGE'])('a 2xx to %s with no other Via leads nowhere: 502, 21.5.3, and nothing is left', (method) => {
    const scene = new Scene()
    scene.send(method)
    answerWithOneVia(scene, '200 OK', { method })
    answerWithOneVia(scene, '200 OK', { method })
    expect(scene.codes(method).filter((code) => code >= 200)).toEqual([502])
    expect(scene.leftovers()).toEqual({})
  })

  it('another branch may answer after a 2xx that leads nowhere', () => {
    const scene = new Scene({ phones: 2 })
    scene.invite()
    answerWithOneVia(scene, '200 OK')
    scene.answer(200, { from: 1 })
    answerWithOneVia(scene, '200 OK')
    expect(scene.codes()).toEqual([100, 200])
    expect(scene.leftovers()).toEqual({})
  })

  it.each([
    ['with one Via', 502],
    ['as it should be', 200],
  ])('a 2xx %s ends the wait of a route about the timeout of its branch: %i', (what, code) => {
    const scene = new Scene({
      params: { fr_timer: 1000, max_inv_lifetime: 10_000 },
      request: (m, { transactions }) => {
        transactions.armBranchFailure(m, 'waits')
        m.requestUri = `sip:bob@${scene.phone.address}`
        transactions.relay(m, 0, '')
      },
      branchFailure: (_name, m, { transactions }) => void transactions.holdReply(m),
    })
    const invite = scene.invite()
    scene.run(1500)
    if (what === 'with one Via') answerWithOneVia(scene, '200 OK')
    else scene.answer(200)
    expect(scene.codes()).toEqual([100, code])
    scene.ack(invite)
    scene.run(6000)
    expect(scene.proxy.current).toBe(0)
    expect(scene.leftovers()).toEqual({})
  })

  it('leaves everything else as it came, 16.7 step 9', () => {
    const scene = new Scene()
    scene.invite()
    scene.answer('180 Ringing', { headers: ['X-A: 1', 'Record-Route: <sip:x;lr>', 'Subject: \u00e4', 'X-Folded: a\r\n b'] })
    const [sent] = scene.world.wire.filter(({ from, text }) => from === scene.phone.address && text.startsWith('SIP/2.0 180'))
    expect(scene.caller.last('INVITE').text).toBe(sent.text.replace(/Via: [^\r]*\r\n/, ''))
  })
})

describe('forward at once, RFC 3261 16.7 step 5', () => {
  it.each([101, 180, 181, 182, 183, 199])('a %i', (code) => {
    const scene = new Scene()
    scene.invite()
    scene.answer(code)
    expect(scene.codes()).toEqual([100, code])
  })

  it.each([200, 202, 204, 299])('a %i', (code) => {
    const scene = new Scene({ phones: 2 })
    scene.invite()
    scene.answer(code)
    expect(scene.codes()).toEqual([100, code])
  })

  it.each([
    [0, [100]],
    [1, [100, 100]],
  ])('relay_100 %i: a received 100, tm-reference 2.3', (relay, codes) => {
    const scene = new Scene({ params: { relay_100: relay } })
    scene.invite()
    scene.answer('100 Trying there')
    expect(scene.codes()).toEqual(codes)
  })

  it('a provisional of one branch after the final of another goes no further', () => {
    const scene = new Scene({ phones: 2 })
    scene.invite()
    scene.answer(200, { from: 0 })
    scene.answer(180, { from: 1 })
    expect(scene.codes()).toEqual([100, 200])
  })

  it.each(['INVITE', 'MESSAGE'])('a second 2xx of another branch: %s', (method) => {
    const scene = new Scene({ phones: 2 })
    scene.send(method)
    scene.answer(200, { from: 0, method })
    scene.answer(200, { from: 1, method })
    expect(scene.codes(method).filter((code) => code === 200)).toHaveLength(method === 'INVITE' ? 2 : 1)
  })

  it('2xx of several endpoints behind one branch all go upstream, RFC 6026 7.2', () => {
    const scene = new Scene()
    scene.invite()
    const invite = scene.phone.last('INVITE')
    for (const tag of ['one', 'two', 'three'])
      scene.phone.reply(scene.proxy.address, new TextMessage(invite.text.replace(/To: (\S+)/, `To: $1;tag=${tag}`)), '200 OK')
    scene.run()
    const tags = scene.caller.received.filter(({ status }) => status === 200).map(({ toTag }) => toTag)
    expect(tags).toEqual(['one', 'two', 'three'])
  })
})

describe('cancel the others, RFC 3261 16.7 step 10', () => {
  it.each([
    [200, 'ringing', 1],
    [200, 'trying', 1],
    [200, 'silent', 0],
    [404, 'ringing', 0],
    [302, 'ringing', 0],
    [500, 'ringing', 0],
  ])('a %i of one: a branch that is %s gets %i CANCEL', (code, state, cancels) => {
    const scene = new Scene({ phones: 2 })
    scene.invite()
    if (state === 'ringing') scene.answer(180, { from: 1 })
    if (state === 'trying') scene.answer(100, { from: 1 })
    scene.answer(code, { from: 0 })
    expect(scene.phones[1].requests('CANCEL')).toHaveLength(cancels)
  })

  it('a silent one gets it when it rings after all', () => {
    const scene = new Scene({ phones: 2 })
    scene.invite()
    scene.answer(200, { from: 0 })
    scene.answer(180, { from: 1 })
    expect(scene.phones[1].requests('CANCEL')).toHaveLength(1)
    expect(scene.leftovers()).toEqual({})
  })
})

describe('transport errors, RFC 3261 16.9, tm-reference 5.1, 8.3', () => {
  it.each([
    ['the only branch', 1, [0], [100, 477]],
    ['all branches', 2, [0, 1], [100, 477]],
    ['one of two', 2, [0], [100]],
  ])('%s cannot be sent', (_what, phones, broken, codes) => {
    const scene = new Scene({ phones })
    for (const phone of broken) scene.proxy.unsendable.add(scene.phones[phone].address)
    scene.invite()
    expect(scene.codes()).toEqual(codes)
    expect(scene.leftovers()).toEqual({})
  })

  it('an undeliverable message that is reported later counts as a 503 from downstream', () => {
    const scene = new Scene()
    scene.invite()
    const { text } = scene.phone.last('INVITE')
    const bytes = Buffer.from(text, 'latin1')
    const core = scene.proxy.engine.transactions.core
    const [cell] = [...core.table.cells()]
    const [{ destination }] = cell.branches
    if (destination !== null) scene.proxy.engine.receiver.sendFailed(destination, bytes, 0, bytes.length)
    scene.proxy.wake()
    scene.run()
    expect(scene.codes()).toEqual([100, 500])
  })

  it.each([
    ['a name without address', 'sip:bob@nowhere.example', 478],
    ['no listener for that transport', 'sip:bob@10.0.1.0;transport=ws', 500],
  ])('%s: %s', (_what, uri, code) => {
    const scene = new Scene()
    scene.proxy.targets = [uri]
    scene.send('MESSAGE')
    scene.run(3000)
    expect(scene.codes('MESSAGE')).toEqual([code])
    expect(scene.leftovers()).toEqual({})
  })

  it.each([
    ['a URI that is none', 'nonsense'],
    ['a scheme that cannot be routed', 'tel:+4930'],
    ['a transport that nobody speaks', 'sip:bob@10.0.1.0;transport=carrier-pigeon'],
  ])('%s is refused with -479 before a transaction is begun: the script answers, tm-reference 8.3', (_what, uri) => {
    const results: number[] = []
    const scene: Scene = new Scene({
      request: (m, { transactions, replier }) => {
        scene.proxy.fork(m, [uri])
        results.push(transactions.relay(m, 0, ''))
        replier.reply(m, 479, '')
      },
    })
    scene.send('MESSAGE')
    expect([results, scene.codes('MESSAGE'), scene.proxy.stat('tmCreated')]).toEqual([[-479], [479], 0])
  })

  it('a reply that cannot be sent upstream ends nothing', () => {
    const scene = new Scene()
    scene.proxy.unsendable.add(scene.caller.address)
    scene.invite()
    scene.answer(180)
    scene.answer(486)
    expect(scene.codes()).toEqual([])
    expect(scene.proxy.stat('sendErrors')).toBeGreaterThan(1)
    expect(scene.leftovers()).toEqual({})
  })
})

describe('stateless forwarding, RFC 3261 16.11', () => {
  const stateless = (): Scene =>
    new Scene({
      request: (m, { stateless: forwarder }) => {
        m.requestUri = 'sip:bob@10.0.1.0:5060'
        forwarder.request(m, null)
        m.answered = true
      },
    })

  it.each(['INVITE', 'MESSAGE', 'BYE', 'CANCEL', 'ACK'])('%s makes no transaction', (method) => {
    const scene = stateless()
    scene.send(method)
    expect(scene.phone.requests(method)).toHaveLength(1)
    expect(scene.proxy.stat('tmCreated')).toBe(0)
  })

  it('a retransmission carries the same branch, another request another one', () => {
    const scene = stateless()
    const request = scene.send('MESSAGE')
    scene.again(request)
    scene.send('MESSAGE')
    const [first, again, other] = scene.phone.requests('MESSAGE').map(({ branch }) => branch)
    expect(again).toBe(first)
    expect(other).not.toBe(first)
    expect(first.startsWith('z9hG4bK')).toBe(true)
  })

  it('CANCEL and ACK of one INVITE carry the branch of the INVITE', () => {
    const scene = stateless()
    const invite = scene.invite()
    scene.cancel(invite)
    expect(scene.phone.last('CANCEL').branch).toBe(scene.phone.last('INVITE').branch)
  })

  it('the replies go back', () => {
    const scene = stateless()
    scene.send('MESSAGE')
    scene.answer(200, { method: 'MESSAGE' })
    expect(scene.codes('MESSAGE')).toEqual([200])
  })
})

describe('stateless replies, RFC 3261 8.2.7, 17.2', () => {
  const answering = (code: number): Scene => new Scene({ request: (m, { replier }) => void replier.reply(m, code, '') })

  it.each([200, 302, 404, 500, 603])('a %i leaves no transaction; a retransmission gets the same reply', (code) => {
    const scene = answering(code)
    const request = scene.invite()
    scene.again(request)
    const [first, second] = scene.caller.received
    expect([first.status, second.text]).toEqual([code, first.text])
    expect(scene.proxy.stat('tmCreated')).toBe(0)
  })

  it('the ACK to a negative one ends here', () => {
    let requests = 0
    const scene = new Scene({
      request: (m, { replier }) => {
        requests++
        replier.reply(m, 404, '')
      },
    })
    const invite = scene.invite()
    scene.ack(invite)
    expect(requests).toBe(1)
    expect(scene.proxy.stat('slAcks')).toBe(1)
  })

  it('an ACK with another To-tag is for the script', () => {
    let requests = 0
    const scene = new Scene({ request: () => void requests++ })
    scene.send('ACK', { toTag: 'somebody' })
    expect(requests).toBe(1)
    expect(scene.proxy.stat('slAcks')).toBe(0)
  })

  it('MUST copy Via, From, Call-ID, CSeq and To, the latter with a tag, 8.2.6', () => {
    const scene = answering(404)
    const request = scene.invite({ headers: ['Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK2', 'Record-Route: <sip:x;lr>', 'Timestamp: 5'] })
    const [reply404] = scene.caller.received
    for (const name of ['Via', 'From', 'Call-ID', 'CSeq']) expect(reply404.all(name)).toEqual(request.all(name))
    expect(reply404.header('To')).toMatch(/^<sip:bob@10\.0\.0\.1>;tag=[0-9a-f]{32}\.[0-9a-f]{8}$/)
    expect(reply404.header('Content-Length')).toBe('0')
    expect(reply404.header('Server')).toBe('signalbox')
  })

  it('keeps a To-tag that is there, 8.2.6.2', () => {
    const scene = answering(404)
    scene.invite({ toTag: 'theirs' })
    expect(scene.caller.received[0].toTag).toBe('theirs')
  })
})

describe('replies of a transaction made here, RFC 3261 8.2.6, tm-reference 1', () => {
  it('the 100 has no To-tag and copies Timestamp, 8.2.6.1', () => {
    const scene = new Scene()
    scene.invite({ headers: ['Timestamp: 54.1'] })
    expect([scene.caller.last('INVITE').toTag, scene.caller.last('INVITE').header('Timestamp')]).toEqual(['', '54.1'])
  })

  it.each([180, 200, 302, 404, 500, 603])('a %i has a To-tag of 32 digits, - and 8 more, always the same', (code) => {
    const scene = new Scene({ request: (m, { transactions }) => void transactions.sendReply(m, code, '') })
    const invite = scene.invite()
    scene.again(invite)
    const tags = scene.caller.received.map(({ toTag }) => toTag)
    expect(tags[0]).toMatch(/^[0-9a-f]{32}-[0-9a-f]{8}$/)
    expect(new Set(tags).size).toBe(1)
  })

  it.each([
    [180, 1],
    [200, 1],
    [404, 0],
  ])('a %i copies Record-Route %i times, 12.1.1', (code, lines) => {
    const scene = new Scene({ request: (m, { transactions }) => void transactions.sendReply(m, code, '') })
    scene.invite({ headers: ['Record-Route: <sip:x;lr>'] })
    expect(scene.caller.last('INVITE').all('Record-Route')).toHaveLength(lines)
  })

  it.each([
    [404, '', 'Not Found'],
    [486, '', 'Busy Here'],
    [480, 'Gone fishing', 'Gone fishing'],
    [499, 'Whatever', 'Whatever'],
  ])('%i "%s" reads "%s"', (code, reason, expected) => {
    const scene = new Scene({ request: (m, { transactions }) => void transactions.sendReply(m, code, reason) })
    scene.invite()
    expect(scene.caller.last('INVITE').startLine).toBe(`SIP/2.0 ${code} ${expected}`)
  })

  it('append_to_reply lines are added', () => {
    const scene = new Scene({
      request: (m, { transactions }) => {
        m.replyHeaders = 'Retry-After: 60\r\n'
        transactions.sendReply(m, 503, '')
      },
    })
    scene.invite()
    expect(scene.caller.last('INVITE').header('Retry-After')).toBe('60')
  })

  it('a second final reply is refused, tm-reference 8.2', () => {
    const results: number[] = []
    const scene = new Scene({
      request: (m, { transactions }) => void results.push(transactions.sendReply(m, 404, ''), transactions.reply(m, 200, '')),
    })
    scene.invite()
    expect(results).toEqual([1, -1])
    expect(scene.codes()).toEqual([404])
  })
})
