import { TokenTable } from './token-table.ts'

/** Methods as bits, numbered as Kamailio scripts know them. */
export const Method = {
  INVITE: 1,
  CANCEL: 2,
  ACK: 4,
  BYE: 8,
  INFO: 16,
  REGISTER: 32,
  SUBSCRIBE: 64,
  NOTIFY: 128,
  MESSAGE: 256,
  OPTIONS: 512,
  PRACK: 1024,
  UPDATE: 2048,
  REFER: 4096,
  PUBLISH: 8192,
  KDMQ: 16_384,
  GET: 32_768,
  POST: 65_536,
  PUT: 131_072,
  DELETE: 262_144,
  OTHER: 524_288,
} as const

const names = Object.keys(Method)
const known = new TokenTable(names.slice(0, -1), true)

/** The method named by [start, end); case-sensitive (RFC 3261 7.1). OTHER when unknown. */
export function methodOf(bytes: Uint8Array, start: number, end: number): number {
  const number = known.find(bytes, start, end)
  return number === 0 ? Method.OTHER : 1 << (number - 1)
}

export function methodName(method: number): string {
  return names[31 - Math.clz32(method)] ?? 'OTHER'
}
