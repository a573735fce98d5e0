import { loadConfig } from '@signalbox/proxy/config/load-config.ts'
import { describe, expect, it } from 'vitest'
import { banner, type BannerFacts } from './banner.ts'

function facts(args: readonly string[], others: Partial<BannerFacts> = {}): BannerFacts {
  const request = loadConfig(args, { environment: {}, cores: 1, folder: '/srv', readText: () => '' })
  if (request.kind !== 'run') throw new Error('no run was asked for')
  const listeners = ['udp:127.0.0.1:5060', 'tcp:[::1]:5060']
  return {
    version: '1.2.3',
    config: request.config,
    listeners,
    url: 'http://127.0.0.1:8060',
    token: null,
    demo: false,
    ownAddress: '192.0.2.7',
    ...others,
  }
}

const plain = (text: string): string => text

describe('banner', () => {
  it('tells where everything is, and how to open it to the network', () => {
    expect(banner(facts([]), plain)).toBe(`
  Signalbox 1.2.3 serves

  Console  http://127.0.0.1:8060/
  RPC      http://127.0.0.1:8060/RPC
  Metrics  http://127.0.0.1:8060/metrics
  SIP      udp:127.0.0.1:5060  tcp:[::1]:5060
  Script   default-script.js (shipped)
  Data     /srv/.signalbox

  SIP: only this machine reaches it. To open it to your network:
      --listen udp:192.0.2.7:5060 --listen tcp:192.0.2.7:5060
  Ctrl-C stops it gracefully.

`)
  })

  it('has no console without API', () => {
    expect(banner(facts(['--engine-only']), plain)).not.toContain('Console')
    expect(banner(facts(['--engine-only', '--http', 'none'], { url: null }), plain)).not.toContain('http')
  })

  it('puts the token behind the #, where no server and no log sees it', () => {
    const text = banner(facts([], { token: 'sesame', listeners: ['udp:192.0.2.7:5060'] }), plain)
    expect(text).toContain('http://127.0.0.1:8060/#token=sesame\n')
    expect(text).toContain('needs the token')
    expect(text).not.toContain('only this machine')
  })

  it.each([
    ['0.0.0.0:8060', 'http://127.0.0.1:8060'],
    ['[::]:8060', 'http://[::1]:8060'],
  ])('gives addresses that can be opened for --http %s', (http, loopback) => {
    const text = banner(facts(['--http', http], { token: 'sesame', url: `http://${http}` }), plain)
    expect(text).toContain(
      `  Console  http://192.0.2.7:8060/#token=sesame\n           ${loopback}/#token=sesame\n  RPC      http://192.0.2.7:8060/RPC\n`,
    )
    expect(text).toContain('SIP: only this machine reaches it')
    const engineOnly = ['--engine-only', '--http', http]
    expect(banner(facts(engineOnly, { token: 'sesame', url: `http://${http}`, ownAddress: null }), plain)).toContain(
      `  RPC      ${loopback}/RPC\n`,
    )
  })

  it('tells of gateways and of the demo', () => {
    const text = banner(facts(['--gateway', 'sip:192.0.2.1'], { demo: true }), plain)
    expect(text).toContain('Gateway  sip:192.0.2.1:5060\n')
    expect(text).toContain('demo phones')
  })
})
