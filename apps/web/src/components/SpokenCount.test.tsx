import { renderToStaticMarkup } from 'react-dom/server'
import { expect, it } from 'vitest'
import { SpokenCount } from './SpokenCount.tsx'

it('shows the count outside of the region that is spoken', () => {
  const markup = renderToStaticMarkup(
    <SpokenCount cause="" className="count">
      5 of 40 live
    </SpokenCount>,
  )
  expect(markup).toBe('<span class="count">5 of 40 live</span><span role="status" class="sr-only"></span>')
})
