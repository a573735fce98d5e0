import { describe, expect, it } from 'vitest'
import { ParameterError, parameterValue } from '../../src/tm/parameters.ts'
import { parseTwAppend } from '../../src/tm/tw-append.ts'
import { Agent } from '../simulation/agent.ts'
import { World } from '../simulation/world.ts'
import { ScriptedProxy } from './scripted-proxy.ts'

const APPEND =
  'app: UA=$hdr(User-Agent); $avp(mine); hdr[Subject]; $Ri; none=$avp(unset); two=$hdr(X-Two)\nbody: $rb\nold: msg[body]; avp[s:mine]'

/** A caller and a proxy that tells an application of what it gets. */
class Told {
  readonly world = new World()
  readonly caller = new Agent(this.world, '10.0.0.2:5060')
  readonly scripted: ScriptedProxy

  constructor(write: string, params: Readonly<Record<string, number | string>> = {}) {
    this.scripted = new ScriptedProxy(this.world, {
      params: { tw_append: APPEND, fr_timer: 2000, fr_inv_timer: 3000, ...params },
      script: `
        function ksr_request_route() {
          if (KSR.is_ACK()) return
          KSR.tm.t_newtran()
          KSR.pv.sets('$avp(mine)', 'hello')
          KSR.tm.t_on_failure('failed')
          ${write}
        }
        function failed() { KSR.info('failed ' + KSR.tm.t_get_status_code()) }
        function say(result) { KSR.info('result ' + result) }
      `,
    })
  }

  send(method: string, headers: readonly string[] = [], body = ''): void {
    const options = { method, uri: 'sip:bob@10.0.0.1:5060;x=y', headers: ['User-Agent: tester', 'Subject: hi', ...headers], body }
    this.caller.request(this.scripted.address, options)
    this.world.run(10)
  }

  get written() {
    return this.scripted.proxy.written
  }

  get lines(): readonly string[] {
    return this.written[0]?.text.split('\n') ?? []
  }

  said(word: string): readonly string[] {
    return this.scripted.log.filter((line) => line.includes(word)).map((line) => line.replace(new RegExp(`^.*(?=${word})`), ''))
  }

  leftovers(): number {
    this.world.run(400_000)
    return this.scripted.proxy.current
  }
}

const WRITE = "say(KSR.tm.t_write_req('voicemail/app', '/run/app'))"

describe('t_write_req and t_write_unix, tm-reference 8.2', () => {
  it('write the request line by line', () => {
    const told = new Told(WRITE)
    told.send('INVITE', ['Record-Route: <sip:rr1.test;lr>, <sip:rr2.test;lr>'], 'v=0\r\n')
    const { index, label } = [...told.scripted.proxy.engine.transactions.core.table.cells()][0]
    expect(told.written[0].to).toBe('/run/app')
    expect(told.lines).toEqual([
      '0.3',
      'sip_request.voicemail',
      'INVITE',
      'bob',
      '10.0.0.1',
      '10.0.0.1',
      '.',
      'sip:bob@10.0.0.1:5060;x=y',
      'sip:caller@10.0.0.2:5060',
      '<sip:caller@10.0.0.2:5060>;tag=from-call-1',
      '<sip:bob@10.0.0.1:5060;x=y>',
      'call-1',
      'from-call-1',
      '',
      '1',
      `${index}:${label}`,
      '<sip:rr1.test;lr>,<sip:rr2.test;lr>',
      'sip:rr1.test;lr',
      'P-MsgFlags: 00',
      'UA: tester',
      'mine: hello',
      'Subject: hi',
      'Ri: 10.0.0.1',
      '.',
      'v=0\r',
      '',
      '',
    ])
  })

  it('a strict router first in the route set becomes the Request-URI of later requests, RFC 3261 12.2.1.1', () => {
    const told = new Told(WRITE)
    told.send('INVITE', ['Record-Route: <sip:strict.test>', 'Record-Route: <sip:rr2.test;lr>'])
    expect(told.lines.slice(8, 9).concat(told.lines.slice(16, 18))).toEqual([
      'sip:strict.test',
      '<sip:rr2.test;lr>,<sip:caller@10.0.0.2:5060>',
      '.',
    ])
  })

  it.each([
    ['MESSAGE', 'voicemail', '.'],
    ['MESSAGE', 'voicemail/body', 'text'],
    ['MESSAGE', 'voicemail/old', 'text'],
    ['INFO', 'voicemail', 'text'],
  ])('the body of a %s for %s is %s', (method, info, body) => {
    const told = new Told(`KSR.tm.t_write_req('${info}', '/run/app')`)
    told.send(method, [], 'text')
    expect(told.written[0].text.endsWith(`.\n${body}\n`)).toBe(true)
  })

  it('folded values are written on one line: nobody forges a line', () => {
    const told = new Told(WRITE)
    told.send('MESSAGE', ['X-Two: one\r\n two'])
    expect(told.lines).toContain('two: one two')
  })

  it.each([
    ["KSR.tm.t_write_req('voicemail', '/run/app')", '/run/app', undefined],
    ["KSR.tm.t_write_unix('voicemail', '/run/socket')", '/run/socket', 700],
    ["KSR.x.modf('t_write_req', '/run/app', 'voicemail')", '/run/app', undefined],
    ["KSR.x.modf('t_write_unix', '/run/socket', 'voicemail')", '/run/socket', 700],
  ])('%s writes to %s; unix_tx_timeout is %s ms', (call, to, ms) => {
    const told = new Told(`say(${call})`, { unix_tx_timeout: 700 })
    told.send('MESSAGE')
    expect(told.said('result')).toEqual(['result 1'])
    expect(told.written).toEqual([expect.objectContaining({ to, ...(ms !== undefined && { ms }) })])
  })

  it.each([
    ['MESSAGE', 2000],
    ['INVITE', 3000],
  ])('an application that does not answer a %s: the failure route sees a timeout after %i ms, the caller gets 408', (method, ms) => {
    const told = new Told(WRITE)
    told.send(method)
    told.world.run(ms - 100)
    expect(told.said('failed')).toEqual([])
    told.world.run(200)
    expect(told.said('failed')).toEqual(['failed 408'])
    expect(told.caller.statuses(method)).toContain(408)
    expect(told.leftovers()).toBe(0)
  })

  it('an application answers with tm.reply', () => {
    const told = new Told(WRITE)
    told.send('MESSAGE')
    told.scripted.proxy.act(({ transactions }) => transactions.replyCallId('call-1', 1, { status: 202, reason: 'Stored' }))
    told.world.run(10)
    expect(told.caller.statuses('MESSAGE')).toEqual([202])
    expect(told.said('failed')).toEqual([])
    expect(told.leftovers()).toBe(0)
  })

  it.each([
    ['what cannot be written', WRITE, true],
    ['an append that tw_append does not name', "say(KSR.tm.t_write_req('voicemail/other', '/run/app'))", false],
    ['no action', "say(KSR.tm.t_write_req('', '/run/app'))", false],
    ['a transaction that is over', `KSR.tm.t_reply(404, 'No'); ${WRITE}`, false],
  ])('%s: -1, and the script goes on', (_what, write, full) => {
    const told = new Told(write)
    if (full) told.scripted.proxy.unsendable.add('/run/app')
    told.send('MESSAGE')
    expect(told.said('result')).toEqual(['result -1'])
    expect(told.leftovers()).toBe(0)
  })
})

describe('tw_append, tm-reference 2.6', () => {
  it('names lines by their labels, else by what is in the parentheses', () => {
    expect(parseTwAppend('a: x=$ua; $hdr(Subject);$avp(s:mine) ; $Ts')?.get('a')?.lines).toEqual([
      { label: 'x', variable: '$ua' },
      { label: 'Subject', variable: '$hdr(Subject)' },
      { label: 'mine', variable: '$avp(s:mine)' },
      { label: 'Ts', variable: '$Ts' },
    ])
  })

  it.each(['a', 'a:', 'a: ;', 'a: plain', 'a: $x;', ': $x', 'a: $x\na: $y', 'a: hdr[', 'a: other[x]'])('refuses %j', (value) => {
    expect(() => parameterValue('tw_append', value)).toThrowError(ParameterError)
  })

  it.each(['', 'a: $x', 'a: l=$x; $y\nb: $rb\n'])('takes %j', (value) => {
    expect(parameterValue('tw_append', value)).toBe(value)
  })
})
