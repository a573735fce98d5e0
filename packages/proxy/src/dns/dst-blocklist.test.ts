import { TransportCode } from '@signalbox/sip'
import { describe, expect, it } from 'vitest'
import { createCounters } from '../metrics/counter-layout.ts'
import { FakeClock } from '../clock/fake-clock.ts'
import { coreParametersFrom, type CoreParameters } from './core-parameters.ts'
import { BlocklistReason, DstBlocklist } from './dst-blocklist.ts'
import type { Place } from './rfc3263.ts'

function place(address: string, port = 5060, transport: number = TransportCode.UDP): Place {
  return { remote: { address, port, family: address.includes(':') ? 6 : 4 }, transport }
}

function rig(params: Partial<CoreParameters> = {}): { readonly list: DstBlocklist; readonly clock: FakeClock } {
  const clock = new FakeClock()
  return { clock, list: new DstBlocklist(coreParametersFrom({ use_dst_blocklist: 1, ...params }), clock, createCounters()) }
}

describe('blocklist, tm-reference 2.5', () => {
  it('blocks transport, address and port for dst_blocklist_expire', () => {
    const { list, clock } = rig({ dst_blocklist_expire: 30 })
    list.add(place('192.0.2.1'), BlocklistReason.TIMEOUT)
    expect(list.blocks(place('192.0.2.1'))).toBe(true)
    expect(list.blocks(place('192.0.2.1', 5061))).toBe(false)
    expect(list.blocks(place('192.0.2.1', 5060, TransportCode.TCP))).toBe(false)
    expect(list.blocks(place('192.0.2.2'))).toBe(false)
    clock.advanceTo(clock.now() + 29_999)
    expect(list.blocks(place('192.0.2.1'))).toBe(true)
    clock.advanceTo(clock.now() + 1)
    expect(list.blocks(place('192.0.2.1'))).toBe(false)
    expect(list.stats).toEqual({ hits: 2, refusals: 0 })
    expect(list.used).toBe(0)
  })

  it('a further event extends the time and adds its reason', () => {
    const { list, clock } = rig()
    list.addFor(place('2001:db8::1'), BlocklistReason.SEND, 10_000)
    clock.advanceTo(clock.now() + 5000)
    list.addFor(place('2001:db8::1'), BlocklistReason.UNAVAILABLE, 10_000)
    clock.advanceTo(clock.now() + 9000)
    expect([...list.entries()].map(({ flags }) => flags)).toEqual([
      BlocklistReason.IPV6 | BlocklistReason.SEND | BlocklistReason.UNAVAILABLE,
    ])
  })

  it.each([
    ['dst_blocklist_udp_imask', TransportCode.UDP],
    ['dst_blocklist_tcp_imask', TransportCode.TCP],
    ['dst_blocklist_tls_imask', TransportCode.TLS],
  ] as const)('%s says which events do not count', (parameter, transport) => {
    const { list } = rig({ [parameter]: BlocklistReason.TIMEOUT })
    list.add(place('192.0.2.1', 5060, transport), BlocklistReason.TIMEOUT)
    expect(list.blocks(place('192.0.2.1', 5060, transport))).toBe(false)
    list.add(place('192.0.2.1', 5060, transport), BlocklistReason.SEND)
    expect(list.blocks(place('192.0.2.1', 5060, transport))).toBe(true)
  })

  it('is bounded by dst_blocklist_mem; what has expired makes room', () => {
    const { list, clock } = rig({ dst_blocklist_mem: 1, dst_blocklist_expire: 5 })
    for (let i = 0; i < 20; i++) list.add(place(`192.0.2.${i}`), BlocklistReason.SEND)
    expect(list.used).toBe(1024)
    expect(list.stats.refusals).toBe(4)
    expect(list.blocks(place('192.0.2.19'))).toBe(false)
    clock.advanceTo(clock.now() + 5000)
    list.add(place('192.0.2.19'), BlocklistReason.SEND)
    expect(list.blocks(place('192.0.2.19'))).toBe(true)
    expect([...list.entries()]).toHaveLength(1)
  })

  it('permanent destinations outlive time and delete_all', () => {
    const { list, clock } = rig()
    list.addFor(place('192.0.2.1'), BlocklistReason.PERMANENT, 1)
    list.addFor(place('192.0.2.2'), BlocklistReason.SEND, 60_000)
    clock.advanceTo(clock.now() + 30_000)
    list.deleteAll()
    expect([...list.entries()].map(({ remote }) => remote.address)).toEqual(['192.0.2.1'])
  })
})
