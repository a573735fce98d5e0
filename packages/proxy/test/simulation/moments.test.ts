import { beforeEach, describe, expect, it } from 'vitest'
import type { RoutedMessage } from '../../src/forward/routed-message.ts'
import { Moment, type MomentFacts } from '../../src/tm/callbacks.ts'
import { Agent } from './agent.ts'
import { SimulatedProxy, type ProxyOptions } from './simulated-proxy.ts'
import type { TextMessage } from './text-message.ts'
import { World } from './world.ts'

const PHONE = '10.0.0.3:5060'
const ALL = Object.values(Moment).reduce((sum, moment) => sum | moment, 0)
const names = new Map(Object.entries(Moment).map(([name, moment]) => [moment, name]))

let world: World
let caller: Agent
let phone: Agent
/** `NAME branch status`, without what is -1 or 0. */
let heard: string[]

beforeEach(() => {
  world = new World()
  caller = new Agent(world, '10.0.0.2:5060')
  phone = new Agent(world, PHONE)
  heard = []
})

function write({ moment, branch, status }: MomentFacts): void {
  heard.push([names.get(moment), ...(branch < 0 ? [] : [`#${branch}`]), ...(status === 0 ? [] : [status])].join(' '))
}

/** A proxy all of whose moments are written down. */
function listening(options: ProxyOptions = {}): SimulatedProxy {
  const proxy = new SimulatedProxy(world, { request: (m, { transactions }) => void transactions.relay(m, 0, ''), ...options })
  proxy.engine.transactions.callbacks.on(ALL, write)
  return proxy
}

function invite(proxy: SimulatedProxy): TextMessage {
  const request = caller.request(proxy.address, { method: 'INVITE', uri: `sip:bob@${PHONE}` })
  world.run(10)
  return request
}

function answer(proxy: SimulatedProxy, status: string): void {
  phone.reply(proxy.address, phone.last('INVITE'), status)
  world.run(10)
}

/** What was heard since it was asked last. */
function since(): readonly string[] {
  return heard.splice(0)
}

describe('moments of a transaction, tm-reference 7', () => {
  it('a call that is answered', () => {
    const proxy = listening()
    const request = invite(proxy)
    expect(since()).toEqual([
      'REQUEST_IN',
      'RESPONSE_READY 100',
      'RESPONSE_SENT 100',
      'RESPONSE_OUT 100',
      'REQUEST_FWDED #0',
      'REQUEST_SENT #0',
      'REQUEST_OUT #0',
      'REQUEST_PENDING',
    ])
    answer(proxy, '180 Ringing')
    expect(since()).toEqual(['RESPONSE_IN #0 180', 'RESPONSE_FWDED #0 180', 'RESPONSE_READY 180', 'RESPONSE_SENT 180', 'RESPONSE_OUT 180'])
    caller.again(proxy.address, request)
    world.run(10)
    expect(since()).toEqual(['REQ_RETR_IN', 'RESPONSE_SENT 180'])
    answer(proxy, '200 OK')
    expect(since()).toEqual([
      'RESPONSE_IN #0 200',
      'RESPONSE_FWDED #0 200',
      'DLG #0 200',
      'RESPONSE_READY 200',
      'RESPONSE_SENT 200',
      'RESPONSE_OUT 200',
    ])
    for (let i = 0; i < 2; i++) caller.request(proxy.address, { method: 'ACK', uri: `sip:bob@${PHONE}`, toTag: `to-${PHONE}` })
    world.run(10)
    expect(since()).toEqual(['E2EACK_IN', 'E2EACK_RETR_IN'])
    world.run(6000)
    expect(since()).toEqual(['DESTROY'])
  })

  it('a call that fails, with its routes in between', () => {
    const proxy = listening({
      request: (m, { transactions }) => {
        transactions.armFailure(m, 'failed')
        transactions.armBranchFailure(m, 'lost')
        transactions.relay(m, 0, '')
      },
      failure: () => void heard.push('failure route'),
      branchFailure: () => void heard.push('branch-failure route'),
    })
    const request = invite(proxy)
    since()
    answer(proxy, '486 Busy Here')
    expect(since()).toEqual([
      'RESPONSE_IN #0 486',
      'ON_BRANCH_FAILURE_RO #0',
      'ON_BRANCH_FAILURE #0',
      'branch-failure route',
      'ON_FAILURE_RO',
      'ON_FAILURE',
      'failure route',
      'RESPONSE_READY 486',
      'RESPONSE_SENT 486',
      'RESPONSE_OUT 486',
    ])
    caller.ack(proxy.address, request, caller.last('INVITE'))
    world.run(10)
    expect(since()).toEqual(['ACK_NEG_IN'])
  })

  it('ON_FAILURE may add branches, without any route', () => {
    const proxy = new SimulatedProxy(world, { request: (m, { transactions }) => void transactions.relay(m, 0, '') })
    const again: RoutedMessage[] = []
    proxy.engine.transactions.callbacks.on(Moment.ON_FAILURE, ({ routed }) => {
      if (routed === null || again.length > 0) return
      again.push(routed)
      proxy.fork(routed, [`sip:carol@${PHONE}`])
      proxy.engine.transactions.relay(routed, 0, '')
    })
    invite(proxy)
    answer(proxy, '486 Busy Here')
    expect(phone.last('INVITE').uri).toBe(`sip:carol@${PHONE}`)
    answer(proxy, '200 OK')
    expect(caller.statuses('INVITE')).toEqual([100, 200])
  })

  it('a call that is cancelled', () => {
    const proxy = listening()
    const request = invite(proxy)
    since()
    caller.cancel(proxy.address, request)
    world.run(10)
    expect(since()).toContain('E2ECANCEL_IN')
  })

  it('retransmissions are REQUEST_SENT and RESPONSE_SENT again', () => {
    const proxy = listening()
    invite(proxy)
    since()
    world.run(600)
    expect(since()).toEqual(['REQUEST_SENT #0'])
  })

  it('requests of our own', () => {
    const proxy = listening()
    const done: number[] = []
    const start = (): void =>
      proxy.act(({ transactions }) => {
        const headers = 'From: <sip:us@here>\r\nTo: <sip:bob@there>\r\n'
        const request = {
          method: 'INVITE',
          uri: `sip:bob@${PHONE}`,
          nextHop: '',
          listener: null,
          headers,
          body: '',
          noAck: false,
          frTimer: 0,
          frInvTimer: 0,
        }
        transactions.startLocal(request, ({ status }) => void done.push(status))
      })
    start()
    world.run(10)
    expect(since()).toEqual(['LOCAL_REQUEST_IN', 'REQUEST_SENT #0', 'REQUEST_OUT #0'])
    answer(proxy, '200 OK')
    expect(since()).toEqual(['LOCAL_RESPONSE_IN #0 200', 'DLG #0 200', 'LOCAL_RESPONSE_OUT #0 200', 'LOCAL_COMPLETED #0 200'])
    expect(done).toEqual([200])
    expect(phone.requests('ACK')).toHaveLength(1)
  })

  it('for one transaction: until it is destroyed; DONT_ACK leaves the ACK to who asked for it', () => {
    const proxy = new SimulatedProxy(world, { request: (m, { transactions }) => void transactions.relay(m, 0, '') })
    const { callbacks } = proxy.engine.transactions
    const stop = callbacks.on(Moment.REQUEST_IN | Moment.LOCAL_REQUEST_IN, ({ transaction }) => {
      callbacks.onTransaction(transaction, Moment.RESPONSE_OUT | Moment.DESTROY | Moment.LOCAL_COMPLETED | Moment.DONT_ACK, write)
      stop()
    })
    invite(proxy)
    answer(proxy, '404 Not Found')
    caller.request(proxy.address, { method: 'INVITE', uri: `sip:bob@${PHONE}`, callId: 'second' })
    world.run(10)
    expect(since()).toEqual(['RESPONSE_OUT 100', 'RESPONSE_OUT 404'])
    world.run(60_000)
    expect(since()).toEqual(['DESTROY'])
  })

  it('registration can be taken back', () => {
    const proxy = new SimulatedProxy(world, {})
    const stop = proxy.engine.transactions.callbacks.on(ALL, write)
    stop()
    invite(proxy)
    expect(heard).toEqual([])
    expect(proxy.engine.transactions.callbacks.global).toBe(0)
  })

  it('what a callback throws is a defect of its own and stops nobody', () => {
    const defects: unknown[] = []
    const proxy = new SimulatedProxy(world, {
      request: (m, { transactions }) => void transactions.relay(m, 0, ''),
      defect: (error) => void defects.push(error),
    })
    const { callbacks } = proxy.engine.transactions
    callbacks.on(Moment.REQUEST_IN, () => {
      throw new Error('mine')
    })
    callbacks.on(Moment.REQUEST_IN, write)
    invite(proxy)
    expect(heard).toEqual(['REQUEST_IN'])
    expect(defects).toHaveLength(1)
    expect(caller.statuses('INVITE')).toEqual([100])
  })

  it('nobody registered: nothing is made for a moment, and not even the list is looked at', () => {
    const proxy = new SimulatedProxy(world, { request: (m, { transactions }) => void transactions.relay(m, 0, '') })
    const { callbacks } = proxy.engine.transactions
    callbacks.of = () => {
      throw new Error('somebody asked')
    }
    const request = invite(proxy)
    answer(proxy, '486 Busy Here')
    caller.ack(proxy.address, request, caller.last('INVITE'))
    world.run(60_000)
    expect(caller.statuses('INVITE')).toEqual([100, 486])
    expect([callbacks.global, callbacks.ever]).toEqual([0, 0])
  })
})
