import { describe, expect, it } from 'vitest'
import { errorFrom, unreachable } from './errors.ts'

describe('errorFrom', () => {
  it('gives the fault of the engine as detail', () => {
    const fault = { code: 500, message: 'route.js:12: Unexpected token' }
    const error = errorFrom(500, { error: { code: 'RPC_FAULT', message: 'x', fault } })
    expect(error).toMatchObject({ code: 'RPC_FAULT', status: 500, detail: '500 route.js:12: Unexpected token' })
    expect(error.message).toBe('The engine refused the call.')
  })

  it('keeps the words of the server for a code it does not know', () => {
    expect(errorFrom(418, { error: { code: 'TEAPOT', message: 'Use a kettle' } }).message).toBe('Use a kettle')
  })

  it('asks for a token on any 401 and names the HTTP status of anything unreadable', () => {
    expect(errorFrom(401, '<html>').code).toBe('TOKEN_REQUIRED')
    expect(errorFrom(502, null)).toMatchObject({ code: 'UNREADABLE', detail: 'HTTP 502' })
    expect(unreachable().code).toBe('UNREACHABLE')
  })
})
