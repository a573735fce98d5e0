import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { logLevels } from '@signalbox/contract'
import { parse } from 'smol-toml'
import { describe, expect, it } from 'vitest'
import { Agent } from '../simulation/agent.ts'
import { PROXY, ScriptedCall } from './scripted-call.ts'

/*
 * The examples of the article that users know the transaction module from, as docs/operator/examples has them: the very files, with
 * the configuration beside them, in simulated time. Where the article errs (tm-reference 14) the files do what it means.
 */

const folder = new URL('../../../../docs/operator/examples/', import.meta.url)

/** Where the names of the examples lead: a and bob to Bob, b and alice to Carol, c to Dave, everything else to Erin. */
const names = {
  'a.example.com': '10.0.0.3',
  'b.example.com': '10.0.0.4',
  'c.example.com': '10.0.0.5',
  'd.example.com': '10.0.0.6',
  'bob.example.com': '10.0.0.3',
  'alice.example.com': '10.0.0.4',
  'voicemail.example.com': '10.0.0.6',
  'gw-de.example.com': '10.0.0.6',
  'foreign.example': '10.0.0.6',
}

const BOB = 'sip:bob@bob.example.com'

interface Tables {
  readonly tm?: Readonly<Record<string, string | number>>
}

/** A proxy that runs the file, beside Alice and the four who may be called. */
class Example extends ScriptedCall {
  readonly erin = new Agent(this.world, '10.0.0.6:5060')

  constructor(name: string) {
    const settings = new URL(`${name}.toml`, folder)
    const { tm = {} }: Tables = existsSync(settings) ? parse(readFileSync(settings, 'utf8')) : {}
    super(readFileSync(new URL(`${name}.js`, folder), 'utf8'), { params: tm, names })
    this.answer(this.erin, {})
  }

  /** Alice calls; by default bob.example.com. */
  call(uri = BOB): ReturnType<ScriptedCall['invite']> {
    return this.invite({ uri })
  }

  /** A phone of sip:bob@10.0.0.1. */
  register(contact: string): void {
    const lines = [
      'REGISTER sip:10.0.0.1 SIP/2.0',
      `Via: SIP/2.0/UDP ${this.alice.address};branch=z9hG4bK-${contact}`,
      'From: <sip:bob@10.0.0.1>;tag=1',
      'To: <sip:bob@10.0.0.1>',
      `Call-ID: ${contact}`,
      'CSeq: 1 REGISTER',
      `Contact: <${contact}>`,
      'Content-Length: 0',
      '',
      '',
    ]
    this.alice.send(PROXY, lines.join('\r\n'))
    this.run(50)
  }

  /** What the script wrote to the log. */
  get told(): readonly string[] {
    const mark = `${logLevels.info} `
    return this.scripted.log.filter((line) => line.startsWith(mark)).map((line) => line.slice(mark.length))
  }
}

describe("the article's examples, docs/operator/examples", () => {
  const files = readdirSync(folder).filter((name) => name.endsWith('.js'))

  it.each(files)('%s loads without a warning', (file) => {
    const example = new Example(file.slice(0, -'.js'.length))
    expect(example.scripted.script.version.warnings).toEqual([])
    expect(example.scripted.log).toEqual([])
  })

  it('each of them is named in the index', () => {
    const index = readFileSync(new URL('README.md', folder), 'utf8')
    expect(files.filter((file) => !index.includes(`(${file})`))).toEqual([])
  })

  it('parallel-forking: every destination at once', () => {
    const example = new Example('parallel-forking')
    example.call()
    for (const phone of [example.bob, example.carol, example.dave, example.erin]) expect(phone.requests('INVITE')).toHaveLength(1)
  })

  it('mixed-forking: d alone, then b and c together, then a; then the last winner is relayed (tm-reference 9)', () => {
    const example = new Example('mixed-forking')
    const steps: { readonly name: string; readonly at: number }[] = []
    for (const phone of [example.bob, example.carol, example.dave, example.erin])
      phone.onMessage = (message, from) => {
        if (message.method !== 'INVITE') return
        steps.push({ name: message.uri[4], at: example.world.now() })
        example.world.after(40, () => phone.reply(from, message, '480 Later'))
      }
    example.call()
    example.run(500)
    expect(steps.map((step) => step.name).join('')).toBe('dbca')
    expect(steps[2].at).toBe(steps[1].at)
    expect(new Set(steps.map((step) => step.at)).size).toBe(3)
    expect(example.last()).toBe('480 Later')
  })

  it('relay-or-error: one reply, not two (tm-reference 8.3)', () => {
    const example = new Example('relay-or-error')
    example.scripted.proxy.unsendable.add('10.0.0.3:5060')
    example.call('sip:bob@10.0.0.3')
    expect(example.statuses.filter((status) => status >= 200)).toEqual([477])
  })

  it('own-error-reply: t_relay leaves the reply to the script', () => {
    const example = new Example('own-error-reply')
    example.scripted.proxy.unsendable.add('10.0.0.3:5060')
    example.call('sip:bob@10.0.0.3')
    expect(example.statuses).toEqual([100, 404])
    example.answer(example.carol, { invite: ['200 OK'] })
    example.invite({ uri: 'sip:carol@10.0.0.4', callId: 'other' })
    expect(example.statuses.at(-1)).toBe(200)
  })

  it('relay-to-transport: t_relay_to_udp with an address, t_relay_to_tcp without', () => {
    const tcp = new Example('relay-to-transport')
    tcp.call()
    expect(tcp.bobOverTcp.requests('INVITE')).toHaveLength(1)
    expect(tcp.bob.requests('INVITE')).toHaveLength(0)
    const udp = new Example('relay-to-transport')
    udp.invite({ uri: BOB, headers: ['X-Gateway: 1'] })
    expect(udp.world.lines(PROXY, '192.0.2.1:5060')).toEqual([`INVITE ${BOB} SIP/2.0`])
  })

  it('replicate: the copy goes out, its replies do not come back, a copy is not copied', () => {
    const example = new Example('replicate')
    const twin = new Agent(example.world, '192.0.2.1:5060')
    example.answer(twin, { other: '500 Broken' })
    example.request({ method: 'REGISTER', uri: 'sip:example.com' })
    expect(twin.last('REGISTER').header('X-Replicated')).toBe('yes')
    expect(example.alice.statuses('REGISTER')).toEqual([200])
    example.request({ method: 'REGISTER', uri: 'sip:example.com', callId: 'copy', headers: ['X-Replicated: yes'] })
    expect(twin.requests('REGISTER')).toHaveLength(1)
    expect(example.alice.statuses('REGISTER')).toEqual([200, 200])
    example.run(10_000)
    expect(example.current).toBe(0)
  })

  it('check-trans: CANCEL of a known INVITE, of none, and ACKs', () => {
    const example = new Example('check-trans')
    example.answer(example.bob, { invite: ['180 Ringing'] })
    const invite = example.call()
    example.cancel(invite)
    expect(example.last('CANCEL')).toBe('200 canceling')
    expect(example.statuses).toEqual([100, 180, 487])
    example.request({ method: 'CANCEL', uri: BOB, callId: 'nobody' })
    expect(example.last('CANCEL')).toBe('481 Call/Transaction Does Not Exist')
    // The ACK of the 487 is the transaction's own, one of no call goes nowhere.
    const acks = example.bob.requests('ACK').length
    example.alice.ack(PROXY, invite, example.alice.last('INVITE'))
    example.request({ method: 'ACK', uri: BOB, callId: 'nobody' })
    expect(example.bob.requests('ACK')).toHaveLength(acks)
  })

  it('armed-once: t_is_set guards what manage() would arm again', () => {
    const example = new Example('armed-once')
    example.answer(example.bob, { invite: ['486 Busy Here'] })
    example.call()
    expect(example.told).toEqual([`new branch [0] to ${BOB}`, 'reply 486', 'failed with 486'])
    example.answer(example.bob, { invite: ['180 Ringing'] })
    example.cancel(example.invite({ uri: BOB, callId: 'other' }))
    expect(example.told.slice(3)).toEqual([`new branch [0] to ${BOB}`, 'reply 180', 'reply 487'])
  })

  it('discard-branch: a branch route drops one contact of two', () => {
    const example = new Example('discard-branch')
    example.call('sip:bob@10.0.0.1')
    expect(example.last()).toBe('404 Not Found')
    for (const host of ['10.0.0.3', '1.2.3.4']) example.register(`sip:bob@${host}`)
    example.call('sip:bob@10.0.0.1')
    expect(example.bob.requests('INVITE')).toHaveLength(1)
    expect(example.world.sent(PROXY, '1.2.3.4:5060')).toEqual([])
  })

  it('voicemail: a failure route with another destination, unless the caller has hung up', () => {
    const example = new Example('voicemail')
    example.answer(example.bob, { invite: ['486 Busy Here'] })
    example.answer(example.erin, { invite: ['200 OK'] })
    example.call()
    expect(example.erin.last('INVITE').uri).toBe(BOB)
    expect(example.statuses).toEqual([100, 200])
    example.answer(example.bob, { invite: ['180 Ringing'] })
    example.cancel(example.invite({ uri: BOB, callId: 'other' }))
    expect(example.statuses.slice(2)).toEqual([100, 180, 487])
    expect(example.erin.requests('INVITE')).toHaveLength(1)
  })

  it('reply-routes: the general one, one per transaction that drops 183, one per branch', () => {
    const example = new Example('reply-routes')
    example.answer(example.bob, { invite: ['183 Progress'] })
    example.call()
    expect(example.told).toEqual(['received a reply from 10.0.0.3', 'provisional reply received'])
    expect(example.statuses).toEqual([100])
    example.carol.reply(PROXY, example.carol.last('INVITE'), '180 Ringing')
    example.run(50)
    expect(example.told.slice(2)).toEqual(['received a reply from 10.0.0.4', 'received reply on the branch from alice'])
    expect(example.statuses).toEqual([100, 180])
  })

  it('stateless-replies: on_sl_reply keeps a provisional reply back and lets a final one pass', () => {
    const example = new Example('stateless-replies')
    const reply = (status: string): void => {
      const vias = [`Via: SIP/2.0/UDP ${PROXY};branch=z9hG4bKnobodys`, `Via: SIP/2.0/UDP ${example.alice.address};branch=z9hG4bKa`]
      const rest = ['From: <sip:a@b>;tag=1', 'To: <sip:c@d>;tag=2', 'Call-ID: stray', 'CSeq: 1 INVITE', 'Content-Length: 0', '', '']
      example.bob.send(PROXY, [`SIP/2.0 ${status}`, ...vias, ...rest].join('\r\n'))
      example.run(50)
    }
    reply('180 Ringing')
    reply('200 OK')
    expect(example.alice.received.map((message) => message.status)).toEqual([200])
  })

  it('local-requests: event_callback is told of requests of our own and may add headers', () => {
    const example = new Example('local-requests')
    example.call()
    expect(example.told).toEqual(['===== TM module triggered event: tm:local-request'])
    expect(example.erin.last('MESSAGE').header('P-hint')).toBe('foreign request')
    expect(example.statuses).toEqual([200])
  })

  it('options-and-others: 200 to OPTIONS, a called route gives a value', () => {
    const example = new Example('options-and-others')
    example.request({ method: 'OPTIONS', uri: BOB })
    expect(example.last('OPTIONS')).toBe('200 ok')
    expect(example.told).toEqual([])
    example.call()
    expect(example.told).toEqual(['The request is an INVITE'])
    expect(example.bob.requests('INVITE')).toHaveLength(1)
  })

  it('core-keywords: what native scripts ask by keyword', () => {
    const example = new Example('core-keywords')
    example.answer(example.bob, { invite: ['200 OK'] })
    example.call()
    expect(example.told).toEqual([
      'message received on the first interface',
      'SIP message received over UDP',
      'this is a request for example.com users',
      'it goes to example.com',
      'this is a 200 OK reply',
    ])
    example.invite({ uri: 'sip:bob@10.0.0.1', callId: 'large', headers: [`X-Large: ${'x'.repeat(2048)}`] })
    expect(example.last()).toBe('413 message too large')
    example.request({ method: 'REGISTER', uri: 'sip:10.0.0.1', callId: 'own' })
    expect(example.told.slice(5)).toContain('this SIP request is a REGISTER message')
    expect(example.told.slice(5)).toContain('the request is for local processing')
  })

  it('suspend: t_continue by another message; a cancelled wait is over', () => {
    const example = new Example('suspend')
    example.answer(example.bob, { invite: ['200 OK'] })
    example.call()
    expect(example.statuses).toEqual([100])
    expect(example.bob.received).toEqual([])
    example.request({ method: 'MESSAGE', uri: BOB, callId: 'go-on' })
    expect(example.last('MESSAGE')).toBe('200 OK')
    expect(example.statuses).toEqual([100, 200])
    example.request({ method: 'MESSAGE', uri: BOB, callId: 'again' })
    expect(example.last('MESSAGE')).toBe('404 Nobody Waits')
    example.cancel(example.invite({ uri: BOB, callId: 'other' }))
    expect(example.statuses.slice(2)).toEqual([100, 487])
    example.request({ method: 'MESSAGE', uri: BOB, callId: 'too late' })
    expect(example.bob.requests('INVITE')).toHaveLength(1)
    example.run(60_000)
    expect(example.current).toBe(0)
  })

  it('waiting: await suspends for 100 ms, then for 200', () => {
    const example = new Example('waiting')
    example.call()
    expect(example.bob.requests('INVITE')).toHaveLength(0)
    example.run(60)
    expect(example.bob.requests('INVITE')).toHaveLength(1)
    example.invite({ uri: 'sip:carol@b.example.com', callId: 'other' })
    example.run(130)
    expect(example.carol.requests('INVITE')).toHaveLength(0)
    example.run(50)
    expect(example.carol.requests('INVITE')).toHaveLength(1)
  })

  it('startup: what the top level has prepared serves the routes', () => {
    const example = new Example('startup')
    example.call('sip:+49301234@10.0.0.1')
    expect(example.erin.last('INVITE').uri).toBe('sip:+49301234@10.0.0.1')
    example.invite({ uri: 'sip:+33112345@10.0.0.1', callId: 'other' })
    expect(example.last()).toBe('404 No Such Country')
  })
})
