import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { registeredContacts } from '../harness/location.ts'
import { tmStats } from '../harness/rpc.ts'
import type { Signalbox } from '../harness/start-signalbox.ts'
import { startSignalbox } from '../harness/start-signalbox.ts'
import { waitUntil } from '../harness/wait-until.ts'

describe('--demo', () => {
  let box: Signalbox
  beforeAll(async () => {
    box = await startSignalbox({ withApi: true, flags: ['--demo'] })
  })
  afterAll(() => box?.stop())

  it('registers its phones, two of them for one user', async () => {
    const contacts = await waitUntil('the phones to register', async () => {
      const found = await registeredContacts(box.rpc)
      return found.size >= 11 ? found : undefined
    })
    expect([...contacts.values()].flat()).toHaveLength(12)
    expect(contacts.get('reception')).toHaveLength(2)
  })

  it('makes calls that ring, are answered, refused, cancelled and forked, and repeats lost messages', async () => {
    await waitUntil(
      'every kind of call',
      async () => {
        const stats = await tmStats(box.rpc)
        return stats.current > 5 && stats['2xx'] > 10 && stats['4xx'] > 3 && stats['6xx'] > 0 ? true : undefined
      },
      45_000,
      250,
    )
    expect((await tmStats(box.rpc))['5xx']).toBe(0)
  })

  it('leaves with the proxy', async () => {
    const demo = box.pidOf('demo')
    expect(await box.stop()).toEqual({ code: 0, signal: null })
    expect(() => process.kill(demo, 0)).toThrow('ESRCH')
  })
})
