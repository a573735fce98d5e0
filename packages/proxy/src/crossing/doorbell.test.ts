import { describe, expect, it } from 'vitest'
import { Doorbell } from './doorbell.ts'

/** Two bells over one memory: that of the thread at hand, and the hand of another one. */
function bells() {
  const states = new SharedArrayBuffer(8)
  let rung = 0
  const mine = new Doorbell(states, 0, () => void rung++)
  const other = new Doorbell(states, 1, () => undefined)
  return { mine, other, rung: () => rung }
}

/** Until what another thread's ring sets off has happened. */
async function heard(rung: () => number, times: number): Promise<void> {
  while (rung() < times) await new Promise((done) => void setImmediate(done))
}

async function aWhile(): Promise<void> {
  for (let i = 0; i < 50; i++) await new Promise((done) => void setImmediate(done))
}

describe('doorbell', () => {
  it('rings for a thread that sleeps, once for all', async () => {
    const { mine, other, rung } = bells()
    mine.sleep()
    other.ring(0)
    other.ring(0)
    await heard(rung, 1)
    await aWhile()
    expect(rung()).toBe(1)
  })

  it('does not ring for a thread that is at work', async () => {
    const { mine, other, rung } = bells()
    mine.sleep()
    mine.wake()
    other.ring(0)
    await aWhile()
    expect(rung()).toBe(0)
  })

  it('rings again each time that it went to sleep again', async () => {
    const { mine, other, rung } = bells()
    for (let i = 1; i <= 5; i++) {
      mine.sleep()
      other.ring(0)
      await heard(rung, i)
      mine.wake()
    }
  })

  it('rings for a thread that something else had woken and that sleeps again', async () => {
    const { mine, other, rung } = bells()
    mine.sleep()
    mine.wake()
    mine.sleep()
    other.ring(0)
    await heard(rung, 1)
  })

  it('misses no ring of another one while it hears the first', async () => {
    const { mine, other, rung } = bells()
    mine.sleep()
    other.ring(0)
    // The thread's own work comes first: it has looked into its rings and sleeps again.
    mine.wake()
    mine.sleep()
    other.ring(0)
    await heard(rung, 1)
    // What rang second came before the thread was told of the first: it looks into its rings after both.
    mine.wake()
    mine.sleep()
    other.ring(0)
    await heard(rung, 2)
  })
})
