import { join } from 'node:path'
import type { Config } from '@signalbox/proxy/config/config.ts'
import type { PartPlan } from './part.ts'

const root = join(import.meta.dirname, '../../..')

/** Where the parts are; tests put others in their place. */
export interface PartScripts {
  readonly engine: string
  readonly api: string
  readonly demo: string
}

export const partScripts: PartScripts = {
  engine: join(root, 'packages/proxy/src/main.ts'),
  api: join(root, 'apps/api/src/main.ts'),
  demo: join(root, 'apps/demo/src/main.ts'),
}

/** A token goes by the environment: arguments can be read by every user of the machine. */
function withToken(token: string | null): NodeJS.ProcessEnv {
  const { SIGNALBOX_TOKEN: _, ...rest } = process.env
  return token === null ? rest : { ...rest, SIGNALBOX_TOKEN: token }
}

/** The engine reads the same command line again; with an API in front of it, it serves no HTTP itself. */
export function enginePlan(script: string, args: readonly string[], config: Config, token: string | null): PartPlan {
  return {
    name: 'the engine',
    script,
    args: config.engineOnly ? args : [...args, '--http', 'none'],
    env: withToken(token),
    talks: true,
  }
}

export function apiPlan(script: string, config: Config, address: string, token: string | null): PartPlan {
  const webDist = join(root, 'apps/web/dist')
  const args = ['--engine-socket', config.controlSocket, '--http', address, '--web-dist', webDist]
  return { name: 'the API', script, args, env: withToken(token), talks: false }
}

export function demoPlan(script: string, proxy: string): PartPlan {
  return { name: 'the demo', script, args: ['--proxy', proxy], env: withToken(null), talks: false }
}
