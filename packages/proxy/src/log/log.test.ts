import { logLevels } from '@signalbox/contract'
import { describe, expect, it } from 'vitest'
import { formatJson, formatText } from './format-entry.ts'
import type { LogEntry } from './log-entry.ts'
import { LogRoot } from './log.ts'

function rootWith(level: number): { readonly root: LogRoot; readonly entries: LogEntry[] } {
  const entries: LogEntry[] = []
  return {
    root: new LogRoot(
      level,
      (entry) => entries.push(entry),
      () => 1_700_000_000_123,
    ),
    entries,
  }
}

const entry: LogEntry = {
  time: 1_700_000_000_123,
  level: logLevels.warn,
  module: 'tm',
  message: 'late',
  fields: { code: 408, text: 'a b' },
}

describe('LogRoot', () => {
  it('writes what its level lets through', () => {
    const { root, entries } = rootWith(logLevels.warn)
    const log = root.module('tm')
    log.error('one')
    log.warn('two', { code: 408 })
    log.notice('three')
    expect(entries.map((written) => written.message)).toEqual(['one', 'two'])
    expect(entries[1]).toEqual({ time: 1_700_000_000_123, level: 1, module: 'tm', message: 'two', fields: { code: 408 } })
  })

  it('changes its level at run time, for logs that were made before', () => {
    const { root, entries } = rootWith(logLevels.warn)
    const log = root.module('tm')
    root.level = logLevels.debug
    log.debug('now')
    expect(root.level).toBe(4)
    expect(log.enabled(logLevels.debug)).toBe(true)
    expect(entries).toHaveLength(1)
  })

  it('has a level per module that goes before the common one', () => {
    const { root, entries } = rootWith(logLevels.warn)
    root.setModuleLevel('tm', logLevels.info)
    root.module('tm').info('tm')
    root.module('rpc').info('rpc')
    root.setModuleLevel('tm', null)
    root.module('tm').info('tm again')
    root.module('tm').at(logLevels.alert, 'always')
    expect(entries.map((written) => written.message)).toEqual(['tm', 'always'])
  })
})

describe('formats', () => {
  it('text is one line for people', () => {
    expect(formatText(entry)).toBe('22:13:20.123 warn     tm: late code=408 text="a b"\n')
  })

  it('JSON is one object a line', () => {
    expect(JSON.parse(formatJson(entry))).toEqual({
      time: '2023-11-14T22:13:20.123Z',
      level: 'warn',
      module: 'tm',
      message: 'late',
      code: 408,
      text: 'a b',
    })
  })

  it('a message cannot forge a second line', () => {
    expect(formatText({ ...entry, message: 'a\r\nb\u001b[2J', fields: {} })).toBe('22:13:20.123 warn     tm: a\\r\\nb\\u001b[2J\n')
    expect(formatText({ ...entry, message: 'a', fields: { from: '\u001b[2J' } })).toBe('22:13:20.123 warn     tm: a from=\\u001b[2J\n')
  })
})
