import { describe, expect, it } from 'vitest'
import { tokenIn } from './token-in.ts'

const TOKEN = 'open-sesame.~+_0123456789'

describe('tokenIn', () => {
  it.each([
    [TOKEN, TOKEN],
    [`  ${TOKEN}\n`, TOKEN],
    [`#token=${TOKEN}`, TOKEN],
    [`http://192.0.2.7:8060/#token=${TOKEN}`, TOKEN],
    [`https://proxy.example/console/#token=${TOKEN} `, TOKEN],
    ['#token=', null],
    ['#other=sesame', null],
    ['', null],
  ])('%j holds %j', (text, token) => expect(tokenIn(text)).toBe(token))

  it('MUST allow only what fits into a subprotocol, RFC 6455 4.1', () => {
    const bad = [
      'short',
      `${TOKEN} x`,
      `${TOKEN}/x`,
      `${TOKEN}:x`,
      `${TOKEN}="x"`,
      `${TOKEN}%20`,
      `http://192.0.2.7:8060/`,
      'x'.repeat(257),
    ]
    expect(bad.map(tokenIn)).toEqual(bad.map(() => null))
  })
})
