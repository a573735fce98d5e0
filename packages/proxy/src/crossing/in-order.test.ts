import { expect, it } from 'vitest'
import { inOrder } from './in-order.ts'

it('goes by the numbers of the threads, and on after one has failed', async () => {
  const memory = new SharedArrayBuffer(4)
  const seen: number[] = []
  const work = (worker: number) => async (): Promise<number> => {
    seen.push(worker)
    await Promise.resolve()
    seen.push(worker)
    if (worker === 1) throw new Error('taken')
    return worker
  }
  const all = [3, 1, 2, 0].map((worker) => inOrder(memory, worker, work(worker)))
  const outcomes = await Promise.allSettled(all)
  expect(seen).toEqual([0, 0, 1, 1, 2, 2, 3, 3])
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled'])
})
