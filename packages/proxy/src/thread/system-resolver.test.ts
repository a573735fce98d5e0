import { describe, expect, it } from 'vitest'
import { SystemResolver } from './system-resolver.ts'

type Answer = (error: NodeJS.ErrnoException | null, found: { readonly address: string; readonly family: number }[]) => void

describe('SystemResolver', () => {
  const waiting: Answer[] = []
  const resolver = new SystemResolver((_name, _options, done) => void waiting.push(done))
  const told: (readonly string[])[] = []
  const ask = (): void => resolver.addresses('pbx.example', 4, (addresses) => void told.push(addresses))

  it('tells the addresses, and none where the system says that there are none', () => {
    ask()
    ask()
    waiting.shift()?.(null, [{ address: '192.0.2.1', family: 4 }])
    waiting.shift()?.(Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' }), [])
    expect(told.splice(0)).toEqual([['192.0.2.1'], []])
  })

  it('asks the system for a bounded number of names at once: a flood of names that nobody knows must not queue without end', () => {
    for (let i = 0; i < 1000; i++) ask()
    expect(waiting).toHaveLength(64)
    expect(told.splice(0)).toHaveLength(936)
    waiting.shift()?.(null, [])
    ask()
    expect(waiting).toHaveLength(64)
  })
})
