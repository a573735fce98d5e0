import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The checkout. */
export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))
/** What the bootstrap installs and remembers; can be deleted at any time. */
export const runtimeFolder = join(root, '.runtime')

export const NODE_VERSION = '26.10.0'
export const PNPM_VERSION = '10.34.9'
