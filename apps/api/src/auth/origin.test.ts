import { expect, it } from 'vitest'
import { isLoopbackHost, isSameOrigin } from './origin.ts'

it.each([
  [undefined, '127.0.0.1:8060', true],
  ['http://127.0.0.1:8060', '127.0.0.1:8060', true],
  ['http://[::1]:8060', '[::1]:8060', true],
  ['https://Proxy.example.com', 'proxy.example.com', true],
  ['http://127.0.0.1:9999', '127.0.0.1:8060', false],
  ['http://evil.example', '127.0.0.1:8060', false],
  ['null', '127.0.0.1:8060', false],
  ['http://127.0.0.1:8060', undefined, false],
])('origin %s to host %s: %s', (origin, host, expected) => {
  expect(isSameOrigin(origin, host)).toBe(expected)
})

it.each([
  ['127.0.0.1:8060', true],
  ['localhost:8060', true],
  ['LOCALHOST', true],
  ['[::1]:8060', true],
  ['evil.example:8060', false],
  ['127.0.0.1.evil.example', false],
  ['localhost.evil.example', false],
  ['evil@127.0.0.1', true],
  ['', false],
  [undefined, false],
])('host %s is this machine: %s', (host, expected) => {
  expect(isLoopbackHost(host)).toBe(expected)
})
