import type { FastifyInstance } from 'fastify'
import { FakeEngine, settle } from './fake-engine.ts'
import { ManualTimers } from './manual-timers.ts'
import { buildApp, type AppOptions } from '../src/app.ts'

export interface TestApp {
  readonly app: FastifyInstance
  readonly engine: FakeEngine
  readonly timers: ManualTimers
}

/** The app over a fake engine, connected unless `engineDown`. */
export async function startTestApp(options: Partial<AppOptions> & { readonly engineDown?: boolean } = {}): Promise<TestApp> {
  const engine = new FakeEngine()
  engine.accepting = options.engineDown !== true
  const timers = new ManualTimers()
  const app = await buildApp({
    connect: engine.connect,
    token: null,
    webDist: null,
    timers,
    now: () => 1000,
    random: () => 0.5,
    ...options,
  })
  await app.ready()
  await settle()
  return { app, engine, timers }
}

export const LOCAL = { host: '127.0.0.1:8060' } as const
