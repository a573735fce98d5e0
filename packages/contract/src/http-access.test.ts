import { expect, it } from 'vitest'
import { isLoopback, isToken } from './http-access.ts'

it.each(['127.0.0.1', '127.9.9.9', '::1', 'localhost', 'LocalHost'])('takes %s for loopback', (host) => {
  expect(isLoopback(host)).toBe(true)
})

it.each(['0.0.0.0', '::', '192.0.2.1', '127.1', '127.0.0.1.example.com', 'localhost.example.com', 'proxy', '::ffff:127.0.0.1', ''])(
  'takes %s for open to the network, wherever a name may point',
  (host) => {
    expect(isLoopback(host)).toBe(false)
  },
)

it('MUST allow only tokens that fit into a subprotocol, RFC 6455 4.1', () => {
  const token = 'tokenTOKEN.0123456789~'
  expect(isToken(token)).toBe(true)
  for (const text of ['', 'short', `${token} x`, `${token},x`, `${token}/`, 'x'.repeat(257)]) expect(isToken(text)).toBe(false)
})
