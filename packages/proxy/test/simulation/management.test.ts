import { beforeEach, describe, expect, it } from 'vitest'
import { cancelOneBranch, cancelTransaction, cleanTransactions, replyToTransaction, retransmitLastReply } from '../../src/tm/management.ts'
import { findTransaction } from '../../src/tm/find-transaction.ts'
import { hashLoad } from '../../src/tm/hash-load.ts'
import { localReplyOf, type OperatorReply } from '../../src/tm/operator-reply.ts'
import { transactionSnapshot } from '../../src/tm/transaction-snapshot.ts'
import type { TransactionCore } from '../../src/tm/transaction-core.ts'
import type { LocalReply } from '../../src/tm/uas.ts'
import { Agent } from './agent.ts'
import { SimulatedProxy } from './simulated-proxy.ts'
import type { TextMessage } from './text-message.ts'
import { World } from './world.ts'

const PHONE = '10.0.0.3:5060'
const OTHER = '10.0.0.4:5060'

let world: World
let proxy: SimulatedProxy
let caller: Agent
let phone: Agent
let other: Agent
let tm: TransactionCore

function setUp(params: Readonly<Record<string, number | string>> = {}): void {
  world = new World()
  proxy = new SimulatedProxy(world, { params: { fr_timer: 4000, ...params } })
  caller = new Agent(world, '10.0.0.2:5060')
  phone = new Agent(world, PHONE)
  other = new Agent(world, OTHER)
  proxy.targets = [`sip:bob@${PHONE}`]
  tm = proxy.engine.transactions.core
}

beforeEach(() => setUp())

function invite(): TextMessage {
  const request = caller.request(proxy.address, { method: 'INVITE', uri: 'sip:bob@10.0.0.1' })
  world.run(10)
  return request
}

function ring(agent: Agent): void {
  agent.reply(proxy.address, agent.last('INVITE'), '180 Ringing')
  world.run(10)
}

/** Index and label of the only transaction. */
function only(): { readonly index: number; readonly label: number } {
  const [cell] = [...tm.table.cells()]
  return { index: cell.index, label: cell.label }
}

function act<T>(work: () => T): T {
  const result = work()
  proxy.wake()
  world.run(10)
  return result
}

function reply(changes: Partial<OperatorReply> = {}): LocalReply {
  const made = localReplyOf({ status: 480, reason: 'Gone Home', toTag: '', headers: '', body: '', ...changes })
  if (typeof made === 'string') throw new Error(made)
  return made
}

describe('findTransaction', () => {
  it('finds by Call-ID and CSeq, and tells a CANCEL from its INVITE by the method', () => {
    const request = invite()
    ring(phone)
    caller.cancel(proxy.address, request)
    world.run(10)
    const name = { callId: 'call-1', cseq: 1 }
    expect(findTransaction(tm, { ...name, method: '' })?.isInvite).toBe(true)
    expect(findTransaction(tm, { ...name, method: 'INVITE' })?.isInvite).toBe(true)
    expect(findTransaction(tm, { ...name, method: 'CANCEL' })?.isInvite).toBe(false)
    for (const strange of [
      { ...name, callId: 'call-2' },
      { ...name, callId: 'call-10' },
      { ...name, cseq: 2 },
    ])
      expect(findTransaction(tm, { ...strange, method: '' })).toBeNull()
    expect(findTransaction(tm, { ...name, method: 'BYE' })).toBeNull()
  })
})

describe('tm.cancel, tm-reference 12', () => {
  it('sends a CANCEL to every branch that rings, and the INVITE ends with what they answer', () => {
    proxy.targets = [`sip:bob@${PHONE}`, `sip:bob@${OTHER}`]
    invite()
    ring(phone)
    ring(other)
    expect(act(() => cancelTransaction(tm, 'call-1', 1))).toBe(2)
    for (const agent of [phone, other]) {
      expect(agent.requests('CANCEL')).toHaveLength(1)
      agent.reply(proxy.address, agent.last('CANCEL'), '200 OK')
      agent.reply(proxy.address, agent.last('INVITE'), '487 Request Terminated')
    }
    world.run(10)
    expect(caller.statuses('INVITE').at(-1)).toBe(487)
    expect(act(() => cancelTransaction(tm, 'call-1', 1))).toBe(0)
  })

  it('ends a branch that nothing was heard of by a 487 made here when cancel_b_method is 0', () => {
    setUp({ cancel_b_method: 0 })
    invite()
    expect(act(() => cancelTransaction(tm, 'call-1', 1))).toBe(0)
    expect(phone.requests('CANCEL')).toHaveLength(0)
    expect(caller.statuses('INVITE').at(-1)).toBe(487)
  })

  it('waits for the first reply of such a branch when cancel_b_method is 1', () => {
    invite()
    expect(act(() => cancelTransaction(tm, 'call-1', 1))).toBe(1)
    expect(phone.requests('CANCEL')).toHaveLength(0)
    ring(phone)
    expect(phone.requests('CANCEL')).toHaveLength(1)
  })

  it('MUST NOT add branches afterwards', () => {
    const routes: string[] = []
    world = new World()
    proxy = new SimulatedProxy(world, {
      request: (m, { transactions }) => {
        transactions.armFailure(m, 'next')
        m.requestUri = `sip:bob@${PHONE}`
        transactions.relay(m, 0, '')
      },
      failure: (name, m, { transactions }) => {
        routes.push(name)
        m.requestUri = `sip:bob@${OTHER}`
        m.requestUriConsumed = false
        transactions.relay(m, 0, '')
      },
    })
    caller = new Agent(world, '10.0.0.2:5060')
    phone = new Agent(world, PHONE)
    other = new Agent(world, OTHER)
    tm = proxy.engine.transactions.core
    invite()
    ring(phone)
    act(() => cancelTransaction(tm, 'call-1', 1))
    phone.reply(proxy.address, phone.last('INVITE'), '487 Request Terminated')
    world.run(10)
    expect(routes).toEqual(['next'])
    expect(other.received).toEqual([])
    expect(caller.statuses('INVITE').at(-1)).toBe(487)
  })

  it('knows no other call, and no request but INVITE', () => {
    caller.request(proxy.address, { method: 'MESSAGE', uri: 'sip:bob@10.0.0.1', callId: 'text' })
    world.run(10)
    expect(cancelTransaction(tm, 'text', 1)).toBeNull()
    expect(cancelTransaction(tm, 'call-9', 1)).toBeNull()
  })
})

describe('signalbox.tx.cancel_branch', () => {
  beforeEach(() => {
    proxy.targets = [`sip:bob@${PHONE}`, `sip:bob@${OTHER}`]
  })

  it('cancels one branch and lets the other answer', () => {
    invite()
    ring(phone)
    ring(other)
    expect(act(() => cancelOneBranch(tm, only(), 0))).toEqual({ outcome: 'cancelled', open: 2 })
    expect([phone.requests('CANCEL').length, other.requests('CANCEL').length]).toEqual([1, 0])
    phone.reply(proxy.address, phone.last('INVITE'), '487 Request Terminated')
    other.reply(proxy.address, other.last('INVITE'), '200 OK')
    world.run(10)
    expect(caller.statuses('INVITE').at(-1)).toBe(200)
  })

  it('gives up a branch that cannot be told', () => {
    setUp({ cancel_b_method: 0 })
    proxy.targets = [`sip:bob@${PHONE}`, `sip:bob@${OTHER}`]
    invite()
    expect(act(() => cancelOneBranch(tm, only(), 1))).toEqual({ outcome: 'given-up', open: 1 })
  })

  it('says why there is nothing to cancel', () => {
    invite()
    ring(phone)
    expect(cancelOneBranch(tm, only(), 5)).toEqual({ refused: 'The transaction has 2 branches, counted from 0' })
    act(() => cancelOneBranch(tm, only(), 0))
    expect(cancelOneBranch(tm, only(), 0)).toEqual({ refused: 'Branch 0 is being cancelled already' })
    other.reply(proxy.address, other.last('INVITE'), '486 Busy Here')
    world.run(10)
    expect(cancelOneBranch(tm, only(), 1)).toEqual({ refused: 'Branch 1 has its final reply already: 486' })
    expect(cancelOneBranch(tm, { index: 1, label: 1 }, 0)).toBeNull()
  })

  it('refuses what is no INVITE, RFC 3261 9.1', () => {
    caller.request(proxy.address, { method: 'MESSAGE', uri: 'sip:bob@10.0.0.1' })
    world.run(10)
    expect(cancelOneBranch(tm, only(), 0)).toMatchObject({ refused: expect.stringContaining('9.1') as string })
  })
})

describe('tm.reply and signalbox.tx.reply, tm-reference 12', () => {
  it('a final reply goes upstream as ordered and cancels the branches', () => {
    invite()
    ring(phone)
    const order = { toTag: 'mine', headers: 'Retry-After: 30\nContent-Type: text/plain\r\nContent-Length: 99', body: 'later' }
    expect(act(() => replyToTransaction(tm, only(), reply(order)))).toBe(true)
    const answer = caller.last('INVITE')
    expect(answer.startLine).toBe('SIP/2.0 480 Gone Home')
    expect([answer.toTag, answer.header('Retry-After'), answer.header('Content-Type')]).toEqual(['mine', '30', 'text/plain'])
    expect(answer.all('Content-Length')).toEqual(['5'])
    expect(answer.text.endsWith('\r\n\r\nlater')).toBe(true)
    expect(phone.requests('CANCEL')).toHaveLength(1)
    expect(proxy.stat('tm4xx')).toBe(1)
  })

  it('the transaction then ends like any other, and a late 200 of the branch still passes', () => {
    const request = invite()
    ring(phone)
    act(() => replyToTransaction(tm, only(), reply()))
    caller.ack(proxy.address, request, caller.last('INVITE'))
    phone.reply(proxy.address, phone.last('CANCEL'), '200 OK')
    phone.reply(proxy.address, phone.last('INVITE'), '487 Request Terminated')
    world.run(10_000)
    expect(caller.statuses('INVITE').at(-1)).toBe(480)
    expect(proxy.current).toBe(0)
    expect(proxy.engine.wheel.armed).toBe(0)
  })

  it('a 2xx made here is repeated until its ACK, RFC 3261 13.3.1.4', () => {
    invite()
    act(() => replyToTransaction(tm, only(), reply({ status: 200, reason: 'OK', toTag: 'ours' })))
    world.run(600)
    expect(caller.statuses('INVITE').filter((status) => status === 200)).toHaveLength(2)
    caller.request(proxy.address, { method: 'ACK', uri: 'sip:bob@10.0.0.1', toTag: 'ours' })
    world.run(5000)
    expect(caller.statuses('INVITE').filter((status) => status === 200)).toHaveLength(2)
  })

  it('a provisional reply leaves the branches alone', () => {
    invite()
    expect(act(() => replyToTransaction(tm, only(), reply({ status: 183, reason: 'Session Progress' })))).toBe(true)
    expect(caller.statuses('INVITE')).toEqual([100, 183])
    ring(phone)
    expect(phone.requests('CANCEL')).toHaveLength(0)
  })

  it('ends a suspended transaction', () => {
    world = new World()
    proxy = new SimulatedProxy(world, { request: (m, { transactions }) => void transactions.suspend(m) })
    caller = new Agent(world, '10.0.0.2:5060')
    tm = proxy.engine.transactions.core
    invite()
    act(() => replyToTransaction(tm, only(), reply({ status: 603, reason: 'Decline' })))
    expect(caller.statuses('INVITE').at(-1)).toBe(603)
  })

  it('refuses a second final reply, a local transaction and an unknown one', () => {
    invite()
    act(() => replyToTransaction(tm, only(), reply()))
    expect(replyToTransaction(tm, only(), reply({ status: 500 }))).toEqual({ refused: 'The transaction has its final reply already: 480' })
    expect(replyToTransaction(tm, { index: 1, label: 1 }, reply())).toBeNull()
    expect(replyToTransaction(tm, { callId: 'no', cseq: 1, method: '' }, reply())).toBeNull()
    const heads = 'From: <sip:a@b>\r\nTo: <sip:c@d>\r\nCall-ID: ours\r\nCSeq: 1 OPTIONS'
    const { transactions } = proxy.engine
    const own = { method: 'OPTIONS', uri: `sip:c@${PHONE}`, nextHop: '', listener: null, headers: heads, body: '', noAck: false }
    act(() => transactions.startLocal({ ...own, frTimer: 0, frInvTimer: 0 }, () => undefined))
    expect(replyToTransaction(tm, { callId: 'ours', cseq: 1, method: '' }, reply())).toMatchObject({
      refused: expect.any(String) as string,
    })
  })

  it('takes nothing that would break the message', () => {
    const order: OperatorReply = { status: 480, reason: 'x', toTag: '', headers: '', body: '' }
    expect(localReplyOf({ ...order, reason: 'a\r\nVia: b' })).toBe('Invalid reason: it must be one line')
    expect(localReplyOf({ ...order, toTag: 'a b' })).toBe('Invalid to_tag')
    expect(localReplyOf({ ...order, headers: 'nonsense' })).toBe("Invalid headers: 'nonsense' is no header line")
    expect(localReplyOf({ ...order, headers: 'X: 1\r\nVIA: SIP/2.0/UDP x' })).toBe('Invalid headers: VIA comes from the request')
    expect(localReplyOf({ ...order, body: 'x' })).toBe('Invalid headers: a body needs its Content-Type')
    expect(localReplyOf({ ...order, headers: 'X-Long: a\r\n b\r\n\r\n' })).toMatchObject({ headers: 'X-Long: a\r\n b\r\n' })
  })
})

describe('tm.retransmit_reply', () => {
  it('sends the last reply again, byte for byte, and counts no reply', () => {
    invite()
    ring(phone)
    const sent = proxy.stat('tmRplSent')
    expect(act(() => retransmitLastReply(tm, only()))).toBe(true)
    const [first, second] = caller.received.filter((message) => message.status === 180)
    expect(second.text).toBe(first.text)
    expect(proxy.stat('tmRplSent')).toBe(sent)
    expect(retransmitLastReply(tm, { index: 1, label: 1 })).toBeNull()
  })

  it('says when there is none yet', () => {
    caller.request(proxy.address, { method: 'MESSAGE', uri: 'sip:bob@10.0.0.1' })
    world.run(10)
    expect(retransmitLastReply(tm, only())).toEqual({ refused: 'No reply has been sent yet' })
  })
})

describe('tm.clean, tm-reference 4.4', () => {
  it('frees only what should have ended 90 seconds ago', () => {
    invite()
    expect(cleanTransactions(tm)).toBe(0)
    const cell = findTransaction(tm, only())
    if (cell !== null) cell.endOfLife = world.now() - 90_001
    expect(cleanTransactions(tm)).toBe(1)
    expect([proxy.current, proxy.stat('tmFreed'), proxy.engine.wheel.armed]).toEqual([0, 1, 0])
  })

  it('tells whoever waits for a local transaction', () => {
    const ends: number[] = []
    const own = { method: 'OPTIONS', uri: `sip:c@${PHONE}`, nextHop: '', listener: null, body: '', noAck: false, frTimer: 0, frInvTimer: 0 }
    act(() =>
      proxy.engine.transactions.startLocal({ ...own, headers: 'From: <sip:a@b>\r\nTo: <sip:c@d>' }, ({ status }) => ends.push(status)),
    )
    const cell = findTransaction(tm, only())
    if (cell !== null) cell.endOfLife = world.now() - 90_001
    cleanTransactions(tm)
    expect(ends).toEqual([408])
  })
})

describe('tm.hash_stats', () => {
  it('tells how many buckets hold how many transactions, now and ever', () => {
    expect(hashLoad(tm)).toEqual({ current: [[0, 65_536]], ever: [[0, 65_536]] })
    invite()
    caller.request(proxy.address, { method: 'MESSAGE', uri: 'sip:bob@10.0.0.1' })
    world.run(10)
    const spread = new Map(hashLoad(tm).current)
    expect([...spread].reduce((sum, [count, buckets]) => sum + count * buckets, 0)).toBe(2)
    phone.reply(proxy.address, phone.last('INVITE'), '486 Busy Here')
    world.run(60_000)
    expect(proxy.current).toBe(0)
    expect(hashLoad(tm).current).toEqual([[0, 65_536]])
    expect([...new Map(hashLoad(tm).ever)].reduce((sum, [count, buckets]) => sum + count * buckets, 0)).toBe(2)
  })
})

describe('signalbox.tx.get, live part', () => {
  it('tells branches with their armed timers, and in how many ms they fire', () => {
    proxy.targets = [`sip:bob@${PHONE}`, `sip:bob@${OTHER}`]
    invite()
    ring(phone)
    const { index, label } = only()
    const snapshot = transactionSnapshot(tm, index, label)
    expect(snapshot?.row).toMatchObject({
      key: `${index}:${label}`,
      kind: 'ist',
      method: 'INVITE',
      ruri: 'sip:bob@10.0.0.1',
      callId: 'call-1',
      cseq: '1 INVITE',
      source: 'udp:10.0.0.2:5060',
      local: false,
      status: 180,
    })
    expect(snapshot?.live).toMatchObject({
      state: 'proceeding',
      status: 180,
      cancelled: false,
      waiting: false,
      suspended: false,
      timers: [],
    })
    const [first, second] = snapshot?.live.branches ?? []
    expect(first).toMatchObject({ index: 0, uri: `sip:bob@${PHONE}`, target: `udp:${PHONE}`, state: 'proceeding', status: 180 })
    expect(first.timers).toEqual([{ timer: 'fr_inv', firesInMs: expect.any(Number) as number }])
    expect(first.timers[0].firesInMs).toBeGreaterThan(119_900)
    expect(second).toMatchObject({ index: 1, state: 'calling', status: null, faked: false })
    expect(second.timers.map(({ timer }) => timer)).toEqual(['retr', 'fr'])
    expect(second.timers[1].firesInMs).toBeLessThanOrEqual(4000)
  })

  it('tells the timers of a negative reply that waits for its ACK', () => {
    invite()
    phone.reply(proxy.address, phone.last('INVITE'), '486 Busy Here')
    world.run(10)
    const { index, label } = only()
    const live = transactionSnapshot(tm, index, label)?.live
    expect(live).toMatchObject({ state: 'completed', status: 486, waiting: true })
    expect(live?.timers.map(({ timer }) => timer)).toEqual(['retr_rpl', 'fr_ack', 'wait'])
    expect(live?.branches[0]).toMatchObject({ status: 486, reason: 'Busy Here', timers: [] })
  })

  it('tells a CANCEL under way, and knows no other transaction', () => {
    const request = invite()
    ring(phone)
    const { index, label } = only()
    caller.cancel(proxy.address, request)
    world.run(10)
    const live = transactionSnapshot(tm, index, label)?.live
    expect(live).toMatchObject({ cancelled: true, branches: [{ cancelled: true }] })
    expect(live?.branches[0].timers.map(({ timer }) => timer)).toEqual(['fr_inv', 'cancel_retr', 'cancel_fr'])
    expect(transactionSnapshot(tm, index, label + 9)).toBeNull()
  })

  it('tells a local transaction by its client machine', () => {
    const own = { method: 'OPTIONS', uri: `sip:c@${PHONE}`, nextHop: '', listener: null, body: '', noAck: false, frTimer: 0, frInvTimer: 0 }
    act(() => proxy.engine.transactions.startLocal({ ...own, headers: 'From: <sip:a@b>\r\nTo: <sip:c@d>' }, () => undefined))
    const { index, label } = only()
    expect(transactionSnapshot(tm, index, label)).toMatchObject({
      row: { kind: 'nict', source: '', local: true, state: 'trying' },
      live: { state: 'trying' },
    })
  })
})
