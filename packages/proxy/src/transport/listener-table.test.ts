import { describe, expect, it } from 'vitest'
import { TransportCode } from '@signalbox/sip'
import { EndpointTable } from './endpoint.ts'
import type { PackedEndpoint } from './endpoint.ts'
import { parseIp } from './ip-address.ts'
import { ListenerTable } from './listener-table.ts'
import type { LocalAddress } from './local-address.ts'

const endpoints = new EndpointTable()

function local(address: string, prefix: number): LocalAddress {
  const bytes = parseIp(address) ?? new Uint8Array(0)
  return {
    address,
    family: bytes.length === 4 ? 4 : 6,
    bytes,
    prefix,
    loopback: address === '::1' || address.startsWith('127.'),
    linkLocal: address.startsWith('fe80'),
  }
}

const machine = [
  local('127.0.0.1', 8),
  local('::1', 128),
  local('192.0.2.7', 24),
  local('10.1.0.9', 16),
  local('fe80::5', 64),
  local('2001:db8::7', 64),
]

function remote(address: string): PackedEndpoint {
  const endpoint = endpoints.of(address, 5060)
  const packed = endpoint === null ? null : endpoints.packed(endpoint)
  if (packed === null) throw new Error(address)
  return packed
}

function bound(address: string, overrides: object = {}) {
  const family = address.includes(':') ? (6 as const) : (4 as const)
  const wildcard = address === '0.0.0.0' || address === '::'
  return { transport: TransportCode.UDP, address, family, port: 5060, wildcard, advertise: '', ...overrides }
}

describe('ListenerTable', () => {
  it('advertises for a wildcard socket the address that the peer can reach', () => {
    const table = new ListenerTable(machine)
    table.add(bound('0.0.0.0'))
    table.add(bound('::'))
    const advertised = (address: string): string | undefined => table.choose(TransportCode.UDP, remote(address))?.advertise
    expect(advertised('192.0.2.200')).toBe('192.0.2.7:5060')
    expect(advertised('10.1.77.1')).toBe('10.1.0.9:5060')
    expect(advertised('198.51.100.1')).toBe('192.0.2.7:5060')
    expect(advertised('127.0.0.5')).toBe('127.0.0.1:5060')
    expect(advertised('::1')).toBe('[::1]:5060')
    expect(advertised('2001:db8:9::1')).toBe('[2001:db8::7]:5060')
  })

  it('chooses only among listeners of the same transport and family', () => {
    const table = new ListenerTable(machine)
    table.add(bound('127.0.0.1'))
    expect(table.choose(TransportCode.TCP, remote('127.0.0.1'))).toBeNull()
    expect(table.choose(TransportCode.UDP, remote('::1'))).toBeNull()
    expect(table.choose(TransportCode.UDP, remote('127.0.0.1'))?.index).toBe(0)
  })

  it('numbers its listeners', () => {
    const table = new ListenerTable(machine)
    table.add(bound('127.0.0.1'))
    table.add(bound('0.0.0.0', { transport: TransportCode.TCP }))
    expect(table.listeners.map((one) => one.index)).toEqual([0, 1, 2, 3])
  })

  it('knows the addresses of this proxy, RFC 3261 16.4', () => {
    const table = new ListenerTable(machine)
    table.add(bound('0.0.0.0'))
    table.add(bound('::1', { port: 5080 }))
    expect(table.isOwn('192.0.2.7', 5060)).toBe(true)
    expect(table.isOwn('192.0.2.7', 0)).toBe(true)
    expect(table.isOwn('192.0.2.7', 5080)).toBe(false)
    expect(table.isOwn('0:0::1', 5080)).toBe(true)
    expect(table.isOwn('::1', 0)).toBe(false)
    expect(table.isOwn('LOCALHOST', 5060)).toBe(true)
    expect(table.isOwn('192.0.2.8', 5060)).toBe(false)
    table.addAlias('Example.com', 0)
    expect(table.isOwn('example.com', 5099)).toBe(true)
  })

  it('advertises what it is told to behind a NAT, and answers to it', () => {
    const table = new ListenerTable(machine)
    const [listener] = table.add(bound('192.0.2.7', { advertise: 'sip.example.com' }))
    expect(listener.advertise).toBe('sip.example.com:5060')
    expect(table.isOwn('sip.example.com', 0)).toBe(true)
    const [other] = table.add(bound('10.1.0.9', { advertise: '[2001:db8::99]:6060' }))
    expect(other.advertise).toBe('[2001:db8::99]:6060')
    expect(table.isOwn('2001:db8::99', 6060)).toBe(true)
  })
})
