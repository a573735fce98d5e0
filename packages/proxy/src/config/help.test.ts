import { describe, expect, it } from 'vitest'
import { helpText } from './help.ts'
import { environmentName, options } from './options.ts'

const text = helpText((heading) => heading.toUpperCase())

describe('helpText', () => {
  it.each(options.map((option) => option.key))('tells of --%s and its variable', (key) => {
    expect(text).toContain(`\n  --${key}`)
    expect(text).toContain(environmentName(key))
  })

  it('fits on a terminal of 100 columns', () => {
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100)
  })

  it('marks its headings', () => {
    expect(text).toContain('WHAT WINS')
  })
})
