import { beforeEach, describe, expect, it } from 'vitest'
import { Agent } from '../../test/simulation/agent.ts'
import { SimulatedProxy } from '../../test/simulation/simulated-proxy.ts'
import { World } from '../../test/simulation/world.ts'
import type { Command } from './command-table.ts'
import { transactionCommands } from './transaction-commands.ts'

const PHONE = '10.0.0.3:5060'
const REQUEST = { method: 'OPTIONS', uri: `sip:b@${PHONE}`, nextHop: '', socket: '', body: '', noAck: false, frTimer: 0, frInvTimer: 0 }
const HEADS = 'From: <sip:a@b>\r\nTo: <sip:b@c>'
const NAME = { callId: 'call-1', cseq: 1, method: '' }
const REPLY = { status: 480, reason: 'Gone', toTag: '', headers: '', body: '' }

let world: World
let proxy: SimulatedProxy
let caller: Agent
let phone: Agent
let commands: Readonly<Record<string, Command>>

beforeEach(() => {
  world = new World()
  proxy = new SimulatedProxy(world)
  caller = new Agent(world, '10.0.0.2:5060')
  phone = new Agent(world, PHONE)
  proxy.targets = [`sip:bob@${PHONE}`]
  commands = transactionCommands(proxy.engine.transactions, () => [])
})

function run(name: string, ...params: unknown[]): unknown {
  const result = commands[name](params)
  proxy.wake()
  world.run(10)
  return result
}

function refusal(name: string, ...params: unknown[]): unknown {
  try {
    run(name, ...params)
  } catch (error) {
    return error
  }
  throw new Error('it was carried out')
}

describe('commands about transactions', () => {
  it('answer null for a transaction that another thread may have', () => {
    expect(run('tm.snapshot', 1, 2)).toBeNull()
    expect(run('tm.cancel', 'call-1', 1)).toBeNull()
    expect(run('tm.cancel_branch', { index: 1, label: 2 }, 0)).toBeNull()
    expect(run('tm.reply', NAME, REPLY)).toBeNull()
    expect(run('tm.retransmit_reply', NAME)).toBeNull()
    expect(run('tm.list')).toEqual([])
    expect(run('tm.clean')).toBe(0)
  })

  it('refuse with 409 what its state does not allow, and with 400 what cannot be sent', () => {
    caller.request(proxy.address, { method: 'INVITE', uri: 'sip:bob@10.0.0.1' })
    world.run(10)
    expect(refusal('tm.reply', NAME, { ...REPLY, toTag: 'a b' })).toMatchObject({ code: 400, message: 'Invalid to_tag' })
    expect(run('tm.reply', NAME, REPLY)).toBe(true)
    expect(refusal('tm.reply', NAME, REPLY)).toMatchObject({ code: 409 })
    expect(refusal('tm.cancel_branch', NAME, 7)).toMatchObject({ code: 409 })
    expect(run('tm.retransmit_reply', NAME)).toBe(true)
    expect(caller.statuses('INVITE')).toEqual([100, 480, 480])
  })

  it('tm.uac_start answers at once, tm.uac_wait when the final reply is there', async () => {
    expect(run('tm.uac_start', { ...REQUEST, headers: HEADS })).toBeNull()
    const waiting = run('tm.uac_wait', { ...REQUEST, headers: HEADS })
    phone.reply(proxy.address, phone.last('OPTIONS'), '404 Not Found')
    world.run(10)
    await expect(waiting).resolves.toMatchObject({ status: 404, reason: 'Not Found', nextHop: `sip:b@${PHONE}` })
    expect(refusal('tm.uac_start', { ...REQUEST, headers: '' })).toMatchObject({ code: 400 })
    await expect(run('tm.uac_wait', { ...REQUEST, headers: '' })).rejects.toMatchObject({ code: 400 })
  })
})
