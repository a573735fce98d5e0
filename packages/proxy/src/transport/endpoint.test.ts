import { describe, expect, it } from 'vitest'
import { EndpointTable, formatEndpoint } from './endpoint.ts'

describe('EndpointTable', () => {
  it('gives the same object for the same address, however it was written', () => {
    const table = new EndpointTable()
    const one = table.of('2001:db8::1', 5060)
    expect(table.of('2001:DB8:0::1', 5060)).toBe(one)
    expect(table.fromBytes(Uint8Array.of(9, 0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1), 1, 6, 5060, 0)).toBe(one)
    expect(table.of('2001:db8::1', 5061)).not.toBe(one)
    const four = table.fromBytes(Uint8Array.of(192, 0, 2, 1), 0, 4, 5060, 0)
    expect(four).toMatchObject({ address: '192.0.2.1', port: 5060, family: 4, text: '192.0.2.1:5060', sendable: true })
    expect(table.of('192.0.2.1', 5060)).toBe(four)
    expect(table.packed({ address: '192.0.2.1', port: 5060, family: 4 })).toBe(four)
  })

  it('puts IPv6 in brackets', () => {
    expect(formatEndpoint({ address: '::1', port: 5060, family: 6 })).toBe('[::1]:5060')
    expect(new EndpointTable().of('fe80::1%1', 5060)).toMatchObject({ address: 'fe80::1%1', scope: 1, text: '[fe80::1]:5060' })
  })

  it('refuses what is no address or port', () => {
    const table = new EndpointTable()
    expect(table.of('example.com', 5060)).toBeNull()
    expect(table.of('127.0.0.1', 65_536)).toBeNull()
    expect(table.of('127.0.0.1', 1.5)).toBeNull()
  })

  it('tells raw addresses apart that share a row of its cache', () => {
    const table = new EndpointTable()
    const bytes = new Uint8Array(4)
    for (let round = 0; round < 2; round++) {
      for (let i = 0; i < 20_000; i++) {
        bytes.set([10, i >> 16, (i >> 8) & 255, i & 255])
        const endpoint = table.fromBytes(bytes, 0, 4, 1024 + (i & 1023), 0)
        expect(endpoint.text).toBe(`10.${i >> 16}.${(i >> 8) & 255}.${i & 255}:${1024 + (i & 1023)}`)
      }
    }
  })

  it('stays bounded and keeps what is in use', () => {
    const table = new EndpointTable(100)
    const kept = table.of('127.0.0.1', 1)
    for (let port = 2; port < 1000; port++) {
      table.of('127.0.0.1', port)
      expect(table.of('127.0.0.1', 1)).toBe(kept)
    }
    const dropped = table.of('127.0.0.1', 2)
    expect(dropped).toEqual(table.of('127.0.0.1', 2))
  })
})
