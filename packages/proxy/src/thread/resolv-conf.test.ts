import { describe, expect, it } from 'vitest'
import { parseResolvConf } from './resolv-conf.ts'

describe('parseResolvConf, resolv.conf(5)', () => {
  it('servers, search list and options', () => {
    const text = [
      '# by hand',
      'nameserver 192.0.2.53',
      'nameserver 2001:db8::53 ; second',
      'search Example.com. lab.example.com',
      'options ndots:2 timeout:3 attempts:4 rotate edns0',
    ].join('\n')
    expect(parseResolvConf(text)).toEqual({
      servers: [
        { address: '192.0.2.53', port: 53 },
        { address: '2001:db8::53', port: 53 },
      ],
      search: ['example.com', 'lab.example.com'],
      ndots: 2,
      timeout: 3000,
      attempts: 4,
    })
  })

  it('says nothing in lines that it does not know', () => {
    expect(parseResolvConf('nameserver\nnameserver ns.example\nsortlist 1.2.3.4\n\u0000\u0001')).toEqual({
      servers: [],
      search: [],
      ndots: 1,
      timeout: 5000,
      attempts: 2,
    })
  })

  it('the last of domain and search holds; options have limits', () => {
    const conf = parseResolvConf('search a.example b.example\ndomain c.example\noptions ndots:99 timeout:999 attempts:0')
    expect(conf).toMatchObject({ search: ['c.example'], ndots: 15, timeout: 30_000, attempts: 1 })
  })
})
