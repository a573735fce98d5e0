import { describe, expect, it } from 'vitest'
import { Turn } from './turn.ts'

describe('Turn', () => {
  it('ends once, around the flush, however deep it was entered', () => {
    const log: string[] = []
    const turn = new Turn(
      () => void log.push('before'),
      () => void log.push('after'),
    )
    turn.run(() => {
      turn.add({ flush: () => void log.push('flush') })
      turn.run(() => void log.push('inner'))
      log.push('outer')
    })
    expect(log).toEqual(['inner', 'outer', 'before', 'flush', 'after'])
  })

  it('flushes what the flush itself queues', () => {
    const log: string[] = []
    const turn = new Turn()
    const late = { flush: () => void log.push('late') }
    const early = {
      flush: () => {
        log.push('early')
        turn.run(() => turn.add(late))
      },
    }
    turn.run(() => turn.add(early))
    expect(log).toEqual(['early', 'late'])
  })

  it('ends also when its action throws', () => {
    let ends = 0
    const turn = new Turn(() => void ends++)
    expect(() =>
      turn.run(() => {
        throw new Error('broken')
      }),
    ).toThrow('broken')
    expect(ends).toBe(1)
    turn.run(() => undefined)
    expect(ends).toBe(2)
  })

  it('flushes at the end of the tick what is queued outside of a turn', async () => {
    let ends = 0
    const turn = new Turn(() => void ends++)
    const flushes = await new Promise<number>((done) => {
      let count = 0
      const item = { flush: () => (++count === 2 ? done(count) : undefined) }
      turn.add(item)
      turn.add(item)
      expect(count).toBe(0)
    })
    expect(flushes).toBe(2)
    expect(ends).toBe(1)
  })
})
