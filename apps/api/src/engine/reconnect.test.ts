import { describe, expect, it } from 'vitest'
import { EngineLink } from './reconnect.ts'
import { EngineSubscriptions } from './subscription.ts'
import { ApiError } from '../errors.ts'
import { FakeEngine, settle } from '../../test/fake-engine.ts'
import { ManualTimers } from '../../test/manual-timers.ts'

function start(accepting = true) {
  const engine = new FakeEngine()
  engine.accepting = accepting
  const timers = new ManualTimers()
  const states: boolean[] = []
  const refused: string[] = []
  const link = new EngineLink({ connect: engine.connect, timers, timeoutMs: 1000, random: () => 0.5 })
  const subscriptions = new EngineSubscriptions(link, (topic, { code, message }) => refused.push(`${topic}: ${code} ${message}`))
  link.start({
    topic: () => undefined,
    state: (up) => {
      states.push(up)
      subscriptions.state(up)
    },
  })
  return { engine, timers, states, refused, link, subscriptions }
}

describe('EngineLink', () => {
  it('is up once the engine answers, not when its socket accepts', async () => {
    const { engine, states, link, timers } = start()
    engine.answers.set('signalbox.info', () => 'silence')
    await settle()
    expect(link.up).toBe(false)
    timers.advance(1000)
    await settle()
    engine.answers.clear()
    timers.advance(100)
    await settle()
    expect([states, link.up, link.nodeName]).toEqual([[true], true, 'sip1.example.com'])
  })

  it('MUST come back by itself after the engine was killed, with growing pauses up to 3 s', async () => {
    const { engine, timers, states, link } = start()
    await settle()
    await engine.kill()
    await settle()
    await expect(link.call('core.version', [])).rejects.toBeInstanceOf(ApiError)
    for (const pause of [100, 200, 400, 800, 1600, 3000, 3000]) {
      expect(link.up).toBe(false)
      timers.advance(pause - 1)
      await settle()
      expect(timers.pending).toBe(1)
      if (pause === 3000) engine.accepting = true
      timers.advance(1)
      await settle()
      if (link.up) break
    }
    expect(states).toEqual([true, false, true])
    await expect(link.call('core.version', [])).resolves.toMatch(/^signalbox/)
  })

  it('MUST notice an engine that hangs', async () => {
    const { engine, timers, states } = start()
    await settle()
    engine.answers.set('core.version', () => 'silence')
    timers.advance(5000)
    await settle()
    timers.advance(1000)
    await settle()
    expect(states).toEqual([true, false])
  })

  it('leaves no timer after stop', async () => {
    const { link, timers, engine } = start()
    await settle()
    link.stop()
    await settle()
    expect(timers.pending).toBe(0)
    expect(engine.connections).toBe(1)
  })
})

describe('EngineSubscriptions', () => {
  it('MUST subscribe all wanted topics again when the engine is back', async () => {
    const { engine, timers, subscriptions } = start()
    await settle()
    subscriptions.want('events')
    subscriptions.want('tm.stats')
    subscriptions.drop('tm.stats')
    await settle()
    expect([engine.subscribed('events'), engine.subscribed('tm.stats')]).toEqual([true, false])
    await engine.kill()
    await settle()
    engine.accepting = true
    timers.advance(100)
    await settle()
    expect([engine.subscribed('events'), engine.subscribed('tm.stats')]).toEqual([true, false])
  })

  it('remembers topics that are wanted while the engine is down', async () => {
    const { engine, timers, subscriptions } = start(false)
    subscriptions.want('events')
    await settle()
    engine.accepting = true
    timers.advance(100)
    await settle()
    expect(engine.subscribed('events')).toBe(true)
  })

  it('gives up a topic that the engine refuses', async () => {
    const { engine, subscriptions, refused } = start()
    await settle()
    engine.answers.set('signalbox.subscribe', () => ({ error: { code: 404, message: 'Unknown topic' } }))
    subscriptions.want('events')
    await settle()
    expect(refused).toEqual(['events: 404 Unknown topic'])
    subscriptions.restart('events')
    await settle()
    expect(engine.count('signalbox.subscribe')).toBe(1)
  })

  it('asks again when the engine does not answer in time', async () => {
    const { engine, subscriptions, timers } = start()
    await settle()
    engine.answers.set('signalbox.subscribe', () => 'silence')
    subscriptions.want('events')
    await settle()
    engine.answers.clear()
    timers.advance(1000)
    await settle()
    expect(engine.subscribed('events')).toBe(true)
  })
})
