import { randomBytes } from 'node:crypto'
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import { join } from 'node:path'
import { ConfigError } from '@signalbox/proxy/config/config-error.ts'

const OWNER_ONLY = 0o600
const OWNER_FOLDER = 0o700
/** As RFC 6750 2.1 allows it in a header, and long enough not to be guessed. */
const TOKEN = /^[A-Za-z0-9._~+-]{16,256}$/

/** Whether only this machine reaches `host`. A name counts when all of its addresses do. */
export async function isLoopback(host: string): Promise<boolean> {
  if (isIP(host) !== 0) return isLoopbackAddress(host)
  try {
    const addresses = await lookup(host, { all: true })
    return addresses.every(({ address }) => isLoopbackAddress(address))
  } catch {
    return false
  }
}

function isLoopbackAddress(address: string): boolean {
  return address.startsWith('127.') || address === '::1' || address.startsWith('::ffff:127.')
}

/** The token of this installation: the operator's own, else the one in the data folder, which is made when it is missing. */
export function accessToken(dataDir: string, given: string | undefined): string {
  if (given !== undefined && given !== '') return checked(given, 'SIGNALBOX_TOKEN')
  const file = join(dataDir, 'token')
  try {
    const token = checked(readFileSync(file, 'utf8').trim(), file)
    chmodSync(file, OWNER_ONLY)
    return token
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
  const token = randomBytes(24).toString('base64url')
  mkdirSync(dataDir, { recursive: true, mode: OWNER_FOLDER })
  writeFileSync(file, `${token}\n`, { mode: OWNER_ONLY, flag: 'wx' })
  return token
}

function checked(token: string, place: string): string {
  if (TOKEN.test(token)) return token
  throw new ConfigError(`${place} holds no usable token; it needs 16 to 256 letters, digits or . _ ~ + -`)
}
