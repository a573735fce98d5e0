import { parseArgs } from 'node:util'

export interface Settings {
  readonly proxy: { readonly host: string; readonly port: number }
  readonly seed: number
}

/** Reads the command line. Throws an Error whose message says what to write instead. */
export function readSettings(args: readonly string[]): Settings {
  const { values } = parseArgs({
    args: [...args],
    options: { proxy: { type: 'string', default: 'udp:127.0.0.1:5060' }, seed: { type: 'string', default: '1' } },
  })
  const proxy = /^udp:(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/.exec(values.proxy)
  const port = Number(proxy?.[3])
  if (proxy === null || port > 65_535) throw new Error(`--proxy ${values.proxy}: write it like udp:127.0.0.1:5060`)
  const seed = Number(values.seed)
  if (!Number.isSafeInteger(seed)) throw new Error(`--seed ${values.seed}: write a whole number`)
  return { proxy: { host: proxy[1] ?? proxy[2], port }, seed }
}
