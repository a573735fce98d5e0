import { describe, expect, it } from 'vitest'
import { coreDefaults, coreParameters, coreParametersFrom, coreParameterValue } from './core-parameters.ts'

describe('parameters of the core', () => {
  it('have the defaults of Kamailio, script-reference 2.5', () => {
    expect(coreDefaults).toMatchObject({
      dns_try_ipv6: 1,
      dns_try_naptr: 0,
      dns_srv_lb: 0,
      dns_naptr_ignore_rfc: 1,
      dns_udp_pref: 30,
      dns_tcp_pref: 20,
      dns_tls_pref: 10,
      use_dns_cache: 1,
      dns_cache_negative_ttl: 60,
      dns_cache_mem: 500,
      use_dns_failover: 0,
      use_dst_blocklist: 0,
      dst_blocklist_expire: 60,
      dst_blocklist_mem: 250,
    })
  })

  it.each(coreParameters.map((spec) => [spec.name, spec] as const))(
    '%s: its default is allowed, what lies outside is not',
    (name, spec) => {
      expect(coreParameterValue(name, spec.initial)).toBe(spec.initial)
      expect(() => coreParameterValue(name, spec.max + 1)).toThrow(`'${name}' must be an integer from ${spec.min} to ${spec.max}`)
      expect(() => coreParameterValue(name, spec.min - 1)).toThrow(name)
      expect(() => coreParameterValue(name, 0.5)).toThrow(name)
      expect(() => coreParameterValue(name, '')).toThrow(name)
    },
  )

  it('switches are also yes, no, on and off; numbers may be text', () => {
    expect(['yes', 'ON', 'true', 'no', 'off', '1'].map((text) => coreParameterValue('use_dns_failover', text))).toEqual([1, 1, 1, 0, 0, 1])
    expect(coreParameterValue('dns_cache_mem', '200')).toBe(200)
    expect(() => coreParameterValue('dns_cache_mem', 'yes')).toThrow('dns_cache_mem')
  })

  it('others are refused by name', () => {
    expect(() => coreParametersFrom({ dns_tryipv6: 1 })).toThrow("core has no parameter 'dns_tryipv6'; did you mean 'dns_try_ipv6'?")
  })
})
