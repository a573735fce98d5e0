import { expect, it } from 'vitest'
import { carriesToken } from './token.ts'

const TOKEN = 'tokenTOKEN.0123456789~'

it.each([
  [{ authorization: `Bearer ${TOKEN}` }, true],
  [{ authorization: `bearer  ${TOKEN}` }, true],
  [{ 'sec-websocket-protocol': `signalbox, bearer.${TOKEN}` }, true],
  [{ 'sec-websocket-protocol': `bearer.${TOKEN},signalbox` }, true],
  [{ authorization: `Bearer ${TOKEN}x` }, false],
  [{ authorization: `Bearer ${TOKEN.slice(1)}` }, false],
  [{ authorization: `Basic ${TOKEN}` }, false],
  [{ authorization: 'Bearer' }, false],
  [{ 'sec-websocket-protocol': 'signalbox' }, false],
  [{}, false],
])('%j carries the token: %s', (headers, expected) => {
  expect(carriesToken(headers, TOKEN)).toBe(expected)
})
