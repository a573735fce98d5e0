import { describe, expect, it } from 'vitest'
import { followUrl, sentDraft, type FilterDraft } from './filter-draft.ts'

const EMPTY: FilterDraft = { text: '', value: '', sent: [] }
const typed = (draft: FilterDraft, text: string): FilterDraft => ({ ...draft, text })

describe('the text of a filter box', () => {
  it('keeps what was typed while the URL followed', () => {
    const sent = sentDraft(typed(EMPTY, 'ali'))
    expect(followUrl(typed(sent, 'alice'), 'ali')).toEqual({ text: 'alice', value: 'ali', sent: [] })
  })

  it('keeps it when the URL is two changes behind, or jumps over one', () => {
    const sent = sentDraft(typed(sentDraft(typed(EMPTY, 'a')), 'al'))
    const one = followUrl(typed(sent, 'ali'), 'a')
    expect(followUrl(one, 'al')).toEqual({ text: 'ali', value: 'al', sent: [] })
    expect(followUrl(typed(sent, 'ali'), 'al')).toEqual({ text: 'ali', value: 'al', sent: [] })
  })

  it('is what a link or a step back brings', () => {
    const sent = sentDraft(typed(EMPTY, 'ali'))
    expect(followUrl(sent, '486')).toEqual({ text: '486', value: '486', sent: [] })
    const settled = followUrl(sent, 'ali')
    expect(followUrl(settled, '')).toEqual(EMPTY)
    expect(followUrl(followUrl(settled, ''), 'ali').text).toBe('ali')
  })

  it('is sent once', () => {
    const sent = sentDraft(typed(EMPTY, 'ali'))
    expect(sentDraft(sent)).toBe(sent)
    expect(followUrl(sent, '')).toBe(sent)
  })
})
