import { describe, expect, it } from 'vitest'
import { parseHosts } from './hosts-file.ts'

describe('parseHosts', () => {
  it('finds names and aliases in any case, and every address of a name', () => {
    const hosts = parseHosts(
      '# local\n127.0.0.1\tlocalhost loop\n::1 localhost # six\n\n192.0.2.1 Proxy.Example\n192.0.2.1 proxy.example\n',
    )
    expect([...hosts]).toEqual([
      ['localhost', ['127.0.0.1', '::1']],
      ['loop', ['127.0.0.1']],
      ['proxy.example', ['192.0.2.1']],
    ])
  })
})
