import { expect, it } from 'vitest'
import { titleOf } from './title-of.ts'

it.each([
  ['/', 'Overview'],
  ['/tx', 'Transactions'],
  ['/tx/4711:1868931', 'Transaction 4711:1868931'],
  ['/tx/50%', 'Transaction 50%'],
  ['/tx/%25', 'Transaction %'],
  ['/tx/%2541', 'Transaction %41'],
  ['/rpc/tm.stats', 'RPC'],
  ['/nowhere', 'Signalbox'],
])('the page at %s is called %s', (path, title) => expect(titleOf(path)).toBe(title))
