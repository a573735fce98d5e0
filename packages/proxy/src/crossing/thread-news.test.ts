import { describe, expect, it } from 'vitest'
import { createCrossingMemory } from './crossing-memory.ts'
import { News, ThreadNews } from './thread-news.ts'

function threads(count: number) {
  const memory = createCrossingMemory(count)
  const rung: number[] = []
  const heard: string[][] = Array.from({ length: count }, () => [])
  const news = Array.from({ length: count }, (_, worker) => {
    const one = new ThreadNews(memory, worker, (other) => void rung.push(other))
    one.on(News.CONTACT, (text, from) => heard[worker].push(`${from}: ${text}`))
    return one
  })
  return { news, heard, rung }
}

describe('news', () => {
  it('reach every other thread when it listens, in the order of each teller', () => {
    const { news, heard } = threads(3)
    news[0].tell(News.CONTACT, 'é1')
    news[0].tell(News.CONTACT, '2')
    news[2].tell(News.CONTACT, '3')
    for (const one of news) one.hear()
    for (const one of news) one.hear()
    expect(heard).toEqual([['2: 3'], ['0: é1', '0: 2', '2: 3'], ['0: é1', '0: 2']])
  })

  it('of a kind that nobody listens to are passed over', () => {
    const { news, heard } = threads(2)
    news[0].tell(99, 'x')
    news[0].tell(News.CONTACT, 'y')
    news[1].hear()
    expect(heard[1]).toEqual(['0: y'])
  })

  it('are never lost: what finds no room is told later, and the thread is rung', () => {
    const { news, heard, rung } = threads(3)
    const text = 'x'.repeat(1000)
    for (let i = 0; i < 2000; i++) news[0].tell(News.CONTACT, `${i} ${text}`)
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
    const all = Array.from({ length: 2000 }, (_, i) => `0: ${i} ${text}`)
    expect(heard[1]).toEqual(all)
    expect(heard[2]).toEqual(all)
  })

  it('may be larger than the ring: they are told in pieces, and what comes behind is heard too', () => {
    const { news, heard } = threads(3)
    const large = 'é\u0001'.repeat(500_000)
    news[0].tell(News.CONTACT, large)
    news[0].tell(News.CONTACT, 'behind')
    for (let round = 0; news[0].untold; round++) {
      expect(round).toBeLessThan(20)
      for (const one of news) one.hear()
      news[2].tell(News.CONTACT, `${round}`)
      news[0].tellRest()
    }
    for (const one of news) one.hear()
    expect(heard[1].filter((text) => text.startsWith('0: '))).toEqual([`0: ${large}`, '0: behind'])
    expect(heard[2]).toEqual([`0: ${large}`, '0: behind'])
    expect(heard[1].filter((text) => text.startsWith('2: '))).toEqual(heard[0])
  })
})
