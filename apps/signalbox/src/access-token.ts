import { randomBytes } from 'node:crypto'
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isToken, TOKEN_RULE } from '@signalbox/contract'
import { ConfigError } from '@signalbox/proxy/config/config-error.ts'

const OWNER_ONLY = 0o600
const OWNER_FOLDER = 0o700

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
  if (isToken(token)) return token
  throw new ConfigError(`${place} holds no usable token; it needs ${TOKEN_RULE}`)
}
