import { expect, it } from 'vitest'

import { readSettings } from './settings.ts'

it('reads addresses of both families, and has defaults', () => {
  expect(readSettings([])).toEqual({ proxy: { host: '127.0.0.1', port: 5060 }, seed: 1 })
  expect(readSettings(['--proxy', 'udp:[::1]:5070', '--seed', '9'])).toEqual({ proxy: { host: '::1', port: 5070 }, seed: 9 })
})

it.for([
  ['--proxy', 'tcp:127.0.0.1:5060'],
  ['--proxy', '127.0.0.1'],
  ['--proxy', 'udp:127.0.0.1:99999'],
  ['--seed', 'x'],
  ['--speed', '1'],
])('refuses %s %s', (args) => {
  expect(() => readSettings(args)).toThrow(args[0])
})
