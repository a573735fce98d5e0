import { describe, expect, it } from 'vitest'
import { createCrossingMemory } from './crossing-memory.ts'
import { News, ThreadNews } from './thread-news.ts'

function threads(count: number) {
  const memory = createCrossingMemory(count)
  const rung: number[] = []
  const heard: string[][] = Array.from({ length: count }, () => [])
  const news = Array.from({ length: count }, (_, worker) => {
    const one = new ThreadNews(memory, worker, (other) => void rung.push(other))
    one.on(News.CONTACTS, (text, from) => heard[worker].push(`${from}: ${text}`))
    return one
  })
  return { news, heard, rung }
}

describe('news', () => {
  it('reach every other thread when it listens, in the order of each teller', () => {
    const { news, heard } = threads(3)
    news[0].tell(News.CONTACTS, 'é1')
    news[0].tell(News.CONTACTS, '2')
    news[2].tell(News.CONTACTS, '3')
    for (const one of news) one.hear()
    for (const one of news) one.hear()
    expect(heard).toEqual([['2: 3'], ['0: é1', '0: 2', '2: 3'], ['0: é1', '0: 2']])
  })

  it('of a kind that nobody listens to are passed over', () => {
    const { news, heard } = threads(2)
    news[0].tell(99, 'x')
    news[0].tell(News.CONTACTS, 'y')
    news[1].hear()
    expect(heard[1]).toEqual(['0: y'])
  })

  it('are never lost: what finds no room is told later, and the thread is rung', () => {
    const { news, heard, rung } = threads(3)
    const text = 'x'.repeat(1000)
    for (let i = 0; i < 500; i++) news[0].tell(News.CONTACTS, `${i} ${text}`)
    expect(news[0].untold).toBe(true)
    expect(new Set(rung)).toEqual(new Set([1, 2]))
    for (let round = 0; news[0].untold; round++) {
      expect(round).toBeLessThan(20)
      news[1].hear()
      news[2].hear()
      news[0].tellRest()
    }
    news[1].hear()
    news[2].hear()
    const all = Array.from({ length: 500 }, (_, i) => `0: ${i} ${text}`)
    expect(heard[1]).toEqual(all)
    expect(heard[2]).toEqual(all)
  })
})
