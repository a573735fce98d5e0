import { describe, expect, it } from 'vitest'
import { StallWatch } from './stall-watch.ts'

function watch(): { watch: StallWatch; stalled: number[]; seconds: (n: number) => void } {
  const stalled: number[] = []
  const stallWatch = new StallWatch((worker) => stalled.push(worker))
  return {
    watch: stallWatch,
    stalled,
    seconds: (n) => {
      for (let i = 0; i < n; i++) stallWatch.tick()
    },
  }
}

describe('StallWatch', () => {
  it('says nothing of a thread that has not begun, or that gives signs of life', () => {
    const { watch: stallWatch, stalled, seconds } = watch()
    seconds(60)
    for (let i = 0; i < 60; i++) {
      stallWatch.heard(0)
      seconds(5)
    }
    expect(stalled).toEqual([])
  })

  it('names the thread that is silent for 15 s, once', () => {
    const { watch: stallWatch, stalled, seconds } = watch()
    stallWatch.heard(0)
    stallWatch.heard(1)
    seconds(10)
    stallWatch.heard(0)
    seconds(10)
    expect(stalled).toEqual([1])
    seconds(30)
    expect(stalled).toEqual([1, 0])
  })
})
