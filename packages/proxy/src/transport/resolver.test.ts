import { describe, expect, it } from 'vitest'
import { TransportCode } from '@signalbox/sip'
import { EndpointTable } from './endpoint.ts'
import { HostResolver } from './resolver.ts'
import type { HostAddress, LookupHost } from './resolver.ts'

type Answer = (error: Error | null, addresses: readonly HostAddress[]) => void

interface Rig {
  readonly questions: [string, Answer][]
  readonly ask: (host: string, port?: number, transport?: number) => string[]
  now: number
}

function rig(): Rig {
  const questions: [string, Answer][] = []
  const lookup: LookupHost = (host, done) => void questions.push([host, done])
  const resolver = new HostResolver(new EndpointTable(), () => state.now, lookup)
  const ask = (host: string, port = 0, transport: number = TransportCode.UDP): string[] => {
    const answers: string[] = []
    resolver.resolve(host, port, transport, (endpoints) => void answers.push(endpoints.map((one) => `${one.address} ${one.port}`).join()))
    return answers
  }
  const state: Rig = { questions, ask, now: 0 }
  return state
}

describe('HostResolver', () => {
  it('answers at once for addresses, with the default port of RFC 3261 19.1.2', () => {
    const { ask, questions } = rig()
    expect(ask('127.0.0.1')).toEqual(['127.0.0.1 5060'])
    expect(ask('[::1]', 5080)).toEqual(['::1 5080'])
    expect(ask('::1', 0, TransportCode.TLS)).toEqual(['::1 5061'])
    expect(questions).toEqual([])
  })

  it('asks once for simultaneous questions and caches the answer for its time', () => {
    const state = rig()
    const first = state.ask('Proxy.Example.com', 5070)
    const second = state.ask('proxy.example.com')
    expect(state.questions.map(([host]) => host)).toEqual(['proxy.example.com'])
    state.questions[0][1](null, [
      { address: '192.0.2.1', family: 4 },
      { address: '2001:db8::1', family: 6 },
    ])
    expect(first).toEqual(['192.0.2.1 5070,2001:db8::1 5070'])
    expect(second).toEqual(['192.0.2.1 5060,2001:db8::1 5060'])
    state.now = 29_999
    expect(state.ask('proxy.example.com')).toHaveLength(1)
    state.now = 30_000
    expect(state.ask('proxy.example.com')).toHaveLength(0)
    expect(state.questions).toHaveLength(2)
  })

  it('remembers shortly that a name does not exist', () => {
    const state = rig()
    const answers = state.ask('nowhere.example.com')
    state.questions[0][1](new Error('ENOTFOUND'), [])
    expect(answers).toEqual([''])
    expect(state.ask('nowhere.example.com')).toEqual([''])
    state.now = 5000
    expect(state.ask('nowhere.example.com')).toEqual([])
    expect(state.questions).toHaveLength(2)
  })
})
