import { describe, expect, it } from 'vitest'
import { FakeClock } from '../clock/fake-clock.ts'
import { Shutdown } from './shutdown.ts'

function setup() {
  const done: string[] = []
  const clock = new FakeClock()
  let finish: { resolve: () => void; reject: (error: Error) => void } = { resolve: () => undefined, reject: () => undefined }
  let fire: () => void = () => undefined
  const shutdown = new Shutdown(
    {
      drain: (limitMs) => {
        done.push(`drain ${limitMs}`)
        return new Promise<void>((resolve, reject) => (finish = { resolve, reject }))
      },
      close: () => Promise.resolve(void done.push('close')),
      exit: (code) => void done.push(`exit ${code}`),
      say: () => undefined,
    },
    {
      limitMs: 10_000,
      clock,
      startTimer: (action, ms) => {
        done.push(`timer ${ms}`)
        fire = action
        return () => void done.push('cancel')
      },
    },
  )
  return { shutdown, done, clock, resolve: () => finish.resolve(), reject: (error: Error) => finish.reject(error), fire: () => fire() }
}

describe('Shutdown', () => {
  it('lets running transactions end, closes everything and exits with 0', async () => {
    const { shutdown, done, resolve } = setup()
    const ended = shutdown.signal('SIGTERM')
    resolve()
    await ended
    expect(done).toEqual(['timer 14000', 'drain 10000', 'close', 'exit 0', 'cancel'])
  })

  it('a second signal ends it at once, the echo of the first does not', async () => {
    const { shutdown, done, clock } = setup()
    void shutdown.signal('SIGINT')
    clock.advanceTo(20)
    await shutdown.signal('SIGTERM')
    expect(done).not.toContain('exit 1')
    clock.advanceTo(2000)
    await shutdown.signal('SIGINT')
    expect(done.at(-1)).toBe('exit 1')
  })

  it('ends although the threads do not answer', () => {
    const { shutdown, done, fire } = setup()
    void shutdown.signal('SIGTERM')
    fire()
    expect(done.at(-1)).toBe('exit 1')
  })

  it('exits with 1 when it could not end in order', async () => {
    const { shutdown, done, reject } = setup()
    const ended = shutdown.signal('SIGTERM')
    reject(new Error('gone'))
    await ended
    expect(done).toContain('exit 1')
    expect(done).not.toContain('close')
  })
})
