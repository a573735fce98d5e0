import type { TopicMessage } from '@signalbox/contract'
import { describe, expect, it } from 'vitest'
import { EngineClient } from './client.ts'
import { EngineFault } from './engine-fault.ts'
import type { ApiError } from '../errors.ts'
import { FakeEngine, settle, streamPair } from '../../test/fake-engine.ts'
import { ManualTimers } from '../../test/manual-timers.ts'

function start() {
  const [near, far] = streamPair()
  const engine = new FakeEngine()
  engine.attach(far)
  const timers = new ManualTimers()
  const topics: TopicMessage[] = []
  const closed: string[] = []
  const client = new EngineClient({
    stream: near,
    timers,
    timeoutMs: 5000,
    onTopic: (message) => topics.push(message),
    onClosed: (reason) => closed.push(reason),
  })
  return { engine, timers, topics, closed, client }
}

async function failure(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => null,
    (error: unknown) => error,
  )
}

describe('EngineClient', () => {
  it('calls with params by position and gives the result', async () => {
    const { client, engine, timers } = start()
    await expect(client.call('system.methodHelp', ['tm.stats'])).resolves.toContain('Counters')
    expect(engine.calls).toEqual([{ jsonrpc: '2.0', id: 1, method: 'system.methodHelp', params: ['tm.stats'] }])
    expect(timers.pending).toBe(0)
  })

  it('keeps calls apart that run at once', async () => {
    const { client } = start()
    const [version, stats] = await Promise.all([client.call('core.version', []), client.call('tm.stats', [])])
    expect(version).toMatch(/^signalbox /)
    expect(stats.total).toBe(3)
  })

  it('rejects with the fault of the engine', async () => {
    const { client, engine } = start()
    engine.answers.set('reload', () => ({ error: { code: 500, message: 'a.js:3: no' } }))
    const error = await failure(client.call('reload', []))
    expect(error).toBeInstanceOf(EngineFault)
    expect((error as EngineFault).fault).toEqual({ code: 500, message: 'a.js:3: no' })
  })

  it('MUST give a method that waits for a reply the time that the catalogue names', async () => {
    const { client, engine, timers } = start()
    engine.answers.set('tm.t_uac_wait_block', () => 'silence')
    const call = failure(client.callByName('tm.t_uac_wait_block', []))
    await settle()
    timers.advance(84_000)
    expect(timers.pending).toBe(1)
    timers.advance(1000)
    expect(((await call) as ApiError).code).toBe('ENGINE_TIMEOUT')
  })

  it('MUST end a call that is not answered in time with a clear error', async () => {
    const { client, engine, timers } = start()
    engine.answers.set('tm.list', () => 'silence')
    const call = failure(client.call('tm.list', []))
    await settle()
    timers.advance(4999)
    expect(timers.pending).toBe(1)
    timers.advance(1)
    const error = (await call) as ApiError
    expect([error.code, error.detail]).toEqual(['ENGINE_TIMEOUT', 'tm.list: no answer within 5000 ms'])
  })

  it('MUST reject calls under way when the connection breaks, and later ones at once', async () => {
    const { client, engine, closed } = start()
    engine.answers.set('tm.list', () => 'silence')
    const call = failure(client.call('tm.list', []))
    await settle()
    await engine.kill()
    expect(((await call) as ApiError).code).toBe('ENGINE_DOWN')
    expect(closed).toEqual(['connection closed'])
    expect(((await failure(client.call('tm.list', []))) as ApiError).code).toBe('ENGINE_DOWN')
  })

  it('hands topic messages on and ignores other notifications', async () => {
    const { client, engine, topics, closed } = start()
    await client.call('signalbox.subscribe', ['events'])
    engine.sendText('{"jsonrpc":"2.0","method":"other","params":{}}\n{"jsonrpc":"2.0","method":"signalbox.topic","params":null}\n')
    engine.publish('events', { events: [], skipped: 0 })
    await settle()
    expect(topics).toEqual([{ topic: 'events', seq: 1, data: { events: [], skipped: 0 } }])
    expect(closed).toEqual([])
  })

  it('closes when the peer does not speak JSON', async () => {
    const { engine, closed } = start()
    engine.sendText('HTTP/1.1 400 Bad Request\n')
    await settle()
    expect(closed).toEqual(['the engine sent a line that is no JSON'])
  })
})
