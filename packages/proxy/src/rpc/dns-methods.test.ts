import { describe, expect, it } from 'vitest'
import { fakeEngine } from '../../test/rpc/fake-engine.ts'

const entry = (name: string, type: string, expires: number) => ({ name, type, expires })

describe('the DNS caches of several threads, control-reference 2', () => {
  it('dns.view shows every name that one of them knows, once', async () => {
    const { call, answers } = fakeEngine()
    answers['dns.view#0'] = [entry('a.example', 'A', 60), entry('b.example', 'A', 60)]
    answers['dns.view#1'] = [entry('b.example', 'A', 30), entry('b.example', 'SRV', 30)]
    expect(await call('dns.view')).toEqual([entry('a.example', 'A', 60), entry('b.example', 'A', 60), entry('b.example', 'SRV', 30)])
  })

  it('dns.debug and dns.debug_all do so with their values one after the other', async () => {
    const { call, answers } = fakeEngine()
    answers['dns.debug#0'] = [['a.example', 1, 60]]
    answers['dns.debug#1'] = [
      ['a.example', 1, 30],
      ['a.example', 28, 30],
    ]
    expect(await call('dns.debug')).toEqual(['a.example', 1, 60, 'a.example', 28, 30])
    answers['dns.debug_all#0'] = [[], ['a.example', 1, 0, 60, 'a.example', 1, 1, 60]]
    answers['dns.debug_all#1'] = [
      ['a.example', 1, 0, 30],
      ['b.example', 1, 0, 30],
    ]
    expect(await call('dns.debug_all')).toEqual(['a.example', 1, 0, 60, 'a.example', 1, 1, 60, 'b.example', 1, 0, 30])
  })
})
