import { renderToStaticMarkup } from 'react-dom/server'
import { describe, expect, it } from 'vitest'
import { JsonView, MEMBERS_SHOWN } from './JsonView.tsx'

const drawn = (value: unknown): string => renderToStaticMarkup(<JsonView value={value} />)

describe('JsonView', () => {
  it('MUST draw what is folded only once it is opened', () => {
    const text = drawn({ rows: [{ branches: [{ target: 'deep' }] }] })
    expect(text).toContain('rows')
    expect(text).toContain('{1}')
    expect(text).not.toContain('branches')
    expect(text).not.toContain('deep')
  })

  it('MUST draw a long list in parts, its members folded', () => {
    const text = drawn(Array.from({ length: 60_000 }, (_, i) => ({ callid: `call-${i}` })))
    expect(text.match(/<details/g)).toHaveLength(1 + MEMBERS_SHOWN)
    expect(text).toContain('[60000]')
    expect(text).not.toContain('call-0')
    expect(text).toContain('Show 200 more of 59,800')
  })

  it('shows a short value as a whole', () => {
    expect(drawn({ a: [1, 'two', null], b: {} }).replaceAll(/<[^>]*>/g, ' ')).toMatch(/a\s+:\s+\[3\].*1.*two.*null.*b\s+:\s+\{ \}/)
  })
})
