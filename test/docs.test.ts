import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { FILTER_FIELDS, parseFilter } from '../apps/web/src/filter/filter.ts'
import { referencePages } from '../scripts/reference-pages.ts'

const root = join(import.meta.dirname, '..')
const pages = globSync(['*.md', 'docs/**/*.md', 'docker/*.md', 'packages/*/docs/**/*.md'], { cwd: root })
const LINK = /\[[^\]]*\]\(([^)\s]+)\)/g

/** GitHub's name of a heading. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(' ', '-')
}

function anchorsOf(file: string): readonly string[] {
  const headings = readFileSync(file, 'utf8').matchAll(/^#+ (.+)$/gm)
  return [...headings].map(([, heading]) => anchorOf(heading))
}

function withoutCode(text: string): string {
  return text.replaceAll(/```[\s\S]*?```/g, '')
}

function brokenLinks(page: string): readonly string[] {
  const text = withoutCode(readFileSync(join(root, page), 'utf8'))
  const links = [...text.matchAll(LINK)].map(([, link]) => link)
  return links.filter((link) => {
    if (/^[a-z]+:/.test(link)) return false
    const [path, anchor] = link.split('#')
    const file = path === '' ? join(root, page) : join(root, dirname(page), path)
    if (!existsSync(file)) return true
    return anchor !== undefined && file.endsWith('.md') && !anchorsOf(file).includes(anchor)
  })
}

describe('pages', () => {
  it.each(pages)('%s has no broken link', (page) => {
    expect(brokenLinks(page)).toEqual([])
  })
})

describe('commands', () => {
  it.each(pages)('%s asks Signalbox at its own port', (page) => {
    const calls = readFileSync(join(root, page), 'utf8').match(/^.*\b(?:curl|WebSocket\()[^\n]*/gm) ?? []
    const ports = calls.flatMap((call) => [...call.matchAll(/\b(?:localhost|127\.0\.0\.1):(\d+)/g)].map(([, port]) => port))
    expect(ports.filter((port) => port !== '8060')).toEqual([])
  })
})

describe('docs/operator/filters.md', () => {
  const cells = readFileSync(join(root, 'docs/operator/filters.md'), 'utf8').matchAll(/^\| (`.*?) \| /gm)
  const shown = [...cells].map(([, cell]) => [...cell.matchAll(/`([^`]+)`/g)].map(([, code]) => code.replaceAll('\\|', '|')))
  const fields = shown.findIndex(([first]) => first === 'status')

  it.each(shown.slice(0, fields).flat())('%s is a filter', (filter) => {
    expect(parseFilter(filter)).toMatchObject({ ok: true })
  })

  it('has every field, and no other', () => {
    expect(new Set(shown.slice(fields).flat())).toEqual(new Set([...FILTER_FIELDS, 'retr']))
  })
})

describe('reference pages say what the code says (npm run docs writes them)', () => {
  it.each(Object.entries(referencePages()))('%s', (name, text) => {
    const written = readFileSync(join(root, 'docs/operator', name), 'utf8')
    expect(written === text, 'out of date: npm run docs').toBe(true)
  })
})

describe('README', () => {
  const readme = readFileSync(join(root, 'README.md'), 'utf8')

  it('opens with the two commands', () => {
    expect(readme.split('\n').slice(0, 12).join('\n')).toMatch(/npm start[\s\S]*npm test/)
  })
})
