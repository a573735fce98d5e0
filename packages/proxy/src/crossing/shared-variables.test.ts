import { describe, expect, it } from 'vitest'
import { createCrossingMemory } from './crossing-memory.ts'
import { SharedVariables } from './shared-variables.ts'
import { ThreadNews } from './thread-news.ts'

function threads(count: number) {
  const memory = createCrossingMemory(count)
  return Array.from({ length: count }, (_, worker) => {
    const news = new ThreadNews(memory, worker, () => undefined)
    return { news, variables: new SharedVariables(worker, news) }
  })
}

describe('$shv of several threads', () => {
  it('is what one of them set last', () => {
    const [first, second] = threads(2)
    expect(second.variables.get('x')).toBeNull()
    first.variables.set('x', 'one')
    second.news.hear()
    expect(second.variables.get('x')).toBe('one')
    second.variables.set('x', 2)
    first.news.hear()
    expect(first.variables.get('x')).toBe(2)
    first.variables.delete('x')
    second.news.hear()
    expect(second.variables.get('x')).toBeNull()
  })

  it('is the same for all in the end when several set it at once', () => {
    const all = threads(3)
    all.forEach(({ variables }, i) => variables.set('x', `from ${i}`))
    all[0].variables.set('y', 'early')
    for (const { news } of all) news.hear()
    expect(all.map(({ variables }) => variables.get('x'))).toEqual(['from 2', 'from 2', 'from 2'])
    all[1].variables.set('x', 'later')
    for (const { news } of all) news.hear()
    expect(all.map(({ variables }) => variables.get('x'))).toEqual(['later', 'later', 'later'])
  })
})
