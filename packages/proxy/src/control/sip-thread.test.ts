import { EventEmitter } from 'node:events'
import { describe, expect, it } from 'vitest'
import { SipThread, StartError, type WorkerLike } from './sip-thread.ts'
import type { ReadyMessage } from './worker-messages.ts'

const ready: ReadyMessage = {
  type: 'ready',
  listeners: ['udp:127.0.0.1:5060'],
  datagramPort: 'ffi',
  script: { file: 'built-in', version: 1, loadedAt: 5 },
  wallOffset: 7,
}

function setup() {
  const events = new EventEmitter()
  const worker = Object.assign(events, { postMessage: () => undefined }) as EventEmitter & WorkerLike
  const deaths: string[] = []
  const notices: unknown[] = []
  const thread = new SipThread(worker, {
    startTimer: () => () => undefined,
    onNotice: (notice) => void notices.push(notice),
    onDeath: (reason) => void deaths.push(reason),
  })
  return { events, thread, deaths, notices }
}

describe('SipThread', () => {
  it('is ready when it says so', async () => {
    const { events, thread } = setup()
    events.emit('message', ready)
    expect(await thread.ready).toBe(ready)
  })

  it('hands the sentence of a failed start on', async () => {
    const { events, thread, deaths } = setup()
    events.emit('message', { type: 'failed', message: 'udp:127.0.0.1:5060 is taken' })
    events.emit('exit', 1)
    await expect(thread.ready).rejects.toThrow('udp:127.0.0.1:5060 is taken')
    await expect(thread.ready).rejects.toBeInstanceOf(StartError)
    expect(deaths).toEqual([])
  })

  it('tells of a thread that ended before it served', async () => {
    const { events, thread } = setup()
    events.emit('error', new Error('boom'))
    events.emit('exit', 1)
    await expect(thread.ready).rejects.toThrow(/boom/)
  })

  it('tells of a death, and whoever waits for an answer', async () => {
    const { events, thread, deaths } = setup()
    events.emit('message', ready)
    const call = thread.port.call('tm.list')
    events.emit('exit', 3)
    await expect(call).rejects.toMatchObject({ code: 503 })
    expect(deaths).toEqual(['it exited with code 3'])
  })

  it('ends quietly when it was stopped', () => {
    const { events, thread, deaths } = setup()
    events.emit('message', ready)
    thread.expectEnd()
    events.emit('exit', 0)
    expect(deaths).toEqual([])
  })

  it('passes on what else it says', () => {
    const { events, notices } = setup()
    events.emit('message', { type: 'journal-closed', path: 'x' })
    expect(notices).toHaveLength(1)
  })
})
