import { expect, it } from 'vitest'
import { nextTab } from './next-tab.ts'

it.each([
  ['ladder', 'ArrowRight', 'now'],
  ['json', 'ArrowRight', 'ladder'],
  ['now', 'ArrowLeft', 'ladder'],
  ['ladder', 'ArrowLeft', 'json'],
  ['messages', 'Home', 'ladder'],
  ['now', 'End', 'json'],
  ['now', 'ArrowDown', null],
] as const)('from %s, %s leads to %s', (tab, key, next) => expect(nextTab(tab, key)).toBe(next))
