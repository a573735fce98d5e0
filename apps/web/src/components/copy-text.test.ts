import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { copyText } from './copy-text.ts'

describe('copyText', () => {
  /** What the page's one selection holds, and what reached the clipboard by it. */
  let selected: string | null
  let copied: string | null
  const focus = vi.fn<() => void>()

  beforeEach(() => {
    selected = null
    copied = null
    focus.mockClear()
    const box = { value: '', className: '', select: () => (selected = box.value), remove: () => (selected = null) }
    vi.stubGlobal('document', {
      activeElement: { focus },
      createElement: () => box,
      body: { append: () => undefined },
      execCommand: (command: string) => {
        if (command === 'copy') copied = selected
        return command === 'copy'
      },
    })
  })
  afterEach(() => vi.unstubAllGlobals())

  it('takes the clipboard of the browser', async () => {
    const writeText = vi.fn<(text: string) => Promise<void>>(() => Promise.resolve())
    vi.stubGlobal('navigator', { clipboard: { writeText } })
    expect(await copyText('a@b')).toBe(true)
    expect(writeText).toHaveBeenCalledWith('a@b')
    expect(copied).toBeNull()
  })

  it('copies a selection on plain HTTP from another machine, and gives the focus back', async () => {
    vi.stubGlobal('navigator', {})
    expect(await copyText('a@b')).toBe(true)
    expect(copied).toBe('a@b')
    expect(selected).toBeNull()
    expect(focus).toHaveBeenCalledOnce()
  })

  it('says so when the browser refuses both', async () => {
    vi.stubGlobal('navigator', { clipboard: { writeText: () => Promise.reject(new Error('NotAllowedError')) } })
    vi.stubGlobal('document', { ...document, execCommand: () => false })
    expect(await copyText('a@b')).toBe(false)
  })
})
