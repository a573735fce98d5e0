import type { Config } from '@signalbox/proxy/config/config.ts'

export interface BannerFacts {
  readonly version: string
  readonly config: Config
  /** `udp:127.0.0.1:5060`, as they are really bound. */
  readonly listeners: readonly string[]
  /** `http://127.0.0.1:8060`; null: no HTTP. */
  readonly url: string | null
  readonly token: string | null
  readonly demo: boolean
  /** An address of this machine that others can reach; null: it has none. */
  readonly ownAddress: string | null
}

/** What the person who started it wants to know. `strong` marks the heading, for terminals. */
export function banner(facts: BannerFacts, strong: (text: string) => string): string {
  const { config, token } = facts
  const rows: (readonly [string, string])[] = []
  const places = httpPlaces(facts)
  if (!config.engineOnly) rows.push(...row('Console', places, `/${token === null ? '' : `#token=${token}`}`))
  rows.push(...row('RPC', places, '/RPC'), ...row('Metrics', places, '/metrics'))
  rows.push(['SIP', facts.listeners.join('  ')])
  if (config.gateways.length > 0) rows.push(['Gateway', config.gateways.map((gateway) => gateway.uri).join('  ')])
  rows.push(['Script', config.script ?? 'default-script.js (shipped)'], ['Data', config.dataDir])
  if (token !== null) rows.push(['Token', token])
  const width = Math.max(...rows.map(([name]) => name.length)) + 2
  const lines = [
    '',
    `  ${strong(`Signalbox ${facts.version} serves`)}`,
    '',
    ...rows.map(([name, value]) => `  ${name.padEnd(width)}${value}`),
    '',
    ...hints(facts).map((hint) => `  ${hint}`),
    '',
  ]
  return `${lines.join('\n')}\n`
}

/** Where others reach HTTP, then where this machine does: nobody can open http://0.0.0.0. */
function httpPlaces({ config, url, ownAddress }: BannerFacts): readonly string[] {
  if (url === null) return []
  const host = config.http?.host
  if (host !== '0.0.0.0' && host !== '::') return [url]
  const port = /:\d+$/.exec(url)?.[0] ?? ''
  const loopback = `http://${host === '::' ? '[::1]' : '127.0.0.1'}${port}`
  return ownAddress === null ? [loopback] : [`http://${ownAddress}${port}`, loopback]
}

/** The name stands before the first place only. */
function row(name: string, places: readonly string[], path: string): readonly (readonly [string, string])[] {
  return places.map((place, i) => [i === 0 ? name : '', `${place}${path}`])
}

function hints({ listeners, token, demo, ownAddress }: BannerFacts): readonly string[] {
  const lines: string[] = []
  if (listeners.every((listener) => /^\w+:(127\.|\[::1\])/.test(listener))) {
    const address = ownAddress ?? '0.0.0.0'
    lines.push(
      'SIP: only this machine reaches it. To open it to your network:',
      `    --listen udp:${address}:5060 --listen tcp:${address}:5060`,
    )
  }
  if (token !== null) lines.push('Every HTTP request but /healthz needs the token (Authorization: Bearer TOKEN).')
  if (demo) lines.push('The demo phones are calling each other: open the console to watch them.')
  return [...lines, 'Ctrl-C stops it gracefully.']
}
