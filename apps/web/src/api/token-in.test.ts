import { describe, expect, it } from 'vitest'
import { tokenIn } from './token-in.ts'

describe('tokenIn', () => {
  it.each([
    ['#token=sesame', 'sesame'],
    ['#token=a+b%c', 'a+b%c'],
    ['#token=', null],
    ['#other=sesame', null],
    ['', null],
  ])('%j holds %j', (fragment, token) => expect(tokenIn(fragment)).toBe(token))
})
