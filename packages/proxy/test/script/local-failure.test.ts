import { describe, expect, it } from 'vitest'
import { Agent } from '../simulation/agent.ts'
import { World } from '../simulation/world.ts'
import { ScriptedProxy } from './scripted-proxy.ts'

/** A proxy that sends requests of its own to a first phone; its failure route tries a second one. */
class Monitor {
  readonly world = new World()
  readonly phones = ['10.0.1.0:5060', '10.0.1.1:5060'].map((address) => new Agent(this.world, address))
  readonly scripted: ScriptedProxy
  readonly outcomes: number[] = []

  constructor(params: Readonly<Record<string, number | string>>, failure: string, more = '') {
    this.scripted = new ScriptedProxy(this.world, {
      params: { event_callback: 'own', fr_timer: 2000, ...params },
      script: `
        function ksr_request_route() {}
        function own() { KSR.tm.t_on_failure('failed'); ${more} }
        function failed() { KSR.log('err', 'failed ' + KSR.tm.t_get_status_code() + ' ' + KSR.kx.get_method()); ${failure} }
      `,
    })
  }

  start(method: string): void {
    this.scripted.proxy.engine.transactions.startLocal(
      {
        method,
        uri: `sip:bob@${this.phones[0].address}`,
        nextHop: '',
        listener: null,
        headers: 'From: <sip:monitor@here>\r\nTo: <sip:bob@there>\r\n',
        body: '',
        noAck: false,
        frTimer: 0,
        frInvTimer: 0,
      },
      ({ status }) => void this.outcomes.push(status),
    )
    this.scripted.proxy.wake()
    this.world.run(10)
  }

  answer(phone: number, method: string, status: string): void {
    const agent = this.phones[phone]
    agent.reply(this.scripted.address, agent.last(method), status)
    this.world.run(10)
  }

  get runs(): readonly string[] {
    return this.scripted.log.filter((line) => line.includes('failed')).map((line) => line.replace(/^.*(?=failed)/, ''))
  }

  /** What is left when all is over. */
  leftovers(): number {
    this.world.run(400_000)
    return this.scripted.proxy.current
  }
}

const TRY_NEXT = "KSR.seturi('sip:carol@10.0.1.1:5060'); KSR.tm.t_relay()"

describe('enable_uac_fr, tm-reference 2.3 and 6.2', () => {
  it.each(['OPTIONS', 'INVITE'])('0: a %s of our own that fails ends as it came, and no failure route runs', (method) => {
    const monitor = new Monitor({ enable_uac_fr: 0 }, TRY_NEXT)
    monitor.start(method)
    monitor.answer(0, method, '404 Not Found')
    expect([monitor.runs, monitor.outcomes, monitor.phones[1].received]).toEqual([[], [404], []])
    expect(monitor.leftovers()).toBe(0)
  })

  it.each(['OPTIONS', 'INVITE'])('1: the failure route sees the reply to the %s and may try another place', (method) => {
    const monitor = new Monitor({ enable_uac_fr: 1 }, TRY_NEXT)
    monitor.start(method)
    monitor.answer(0, method, '404 Not Found')
    expect([monitor.runs, monitor.outcomes]).toEqual([[`failed 404 ${method}`], []])
    const [second] = monitor.phones[1].requests(method)
    expect(second.all('Via')).toHaveLength(1)
    expect(second.branch).not.toBe(monitor.phones[0].requests(method)[0].branch)
    expect(second.header('Call-ID')).toBe(monitor.phones[0].requests(method)[0].header('Call-ID'))
    monitor.answer(1, method, '200 OK')
    expect(monitor.outcomes).toEqual([200])
    expect(monitor.leftovers()).toBe(0)
  })

  it('1: a timeout is seen as 408', () => {
    const monitor = new Monitor({ enable_uac_fr: 1 }, '')
    monitor.start('OPTIONS')
    monitor.world.run(2100)
    expect([monitor.runs, monitor.outcomes]).toEqual([['failed 408 OPTIONS'], [408]])
    expect(monitor.leftovers()).toBe(0)
  })

  it('1: when the second place fails too, its reply is the outcome, and the route has run once', () => {
    const monitor = new Monitor({ enable_uac_fr: 1 }, TRY_NEXT)
    monitor.start('INVITE')
    monitor.answer(0, 'INVITE', '404 Not Found')
    monitor.answer(1, 'INVITE', '486 Busy Here')
    expect([monitor.runs, monitor.outcomes]).toEqual([['failed 404 INVITE'], [486]])
    expect(monitor.phones.map((phone) => phone.requests('ACK').length)).toEqual([1, 1])
    expect(monitor.leftovers()).toBe(0)
  })

  it('1: without a failure route nothing changes', () => {
    const monitor = new Monitor({ enable_uac_fr: 1 }, '', "KSR.tm.t_on_failure('')")
    monitor.start('INVITE')
    monitor.answer(0, 'INVITE', '603 Decline')
    expect([monitor.runs, monitor.outcomes]).toEqual([[], [603]])
    expect(monitor.leftovers()).toBe(0)
  })

  it('tm:local-request may set timers and hooks of what it announces, tm-reference 7 and 8', () => {
    const monitor = new Monitor({ enable_uac_fr: 1 }, '', 'KSR.tm.t_set_fr(0, 500); KSR.tm.t_set_retr(100, 100)')
    monitor.start('OPTIONS')
    monitor.world.run(600)
    expect(monitor.outcomes).toEqual([408])
    expect(monitor.phones[0].requests('OPTIONS').length).toBeGreaterThan(3)
  })
})
