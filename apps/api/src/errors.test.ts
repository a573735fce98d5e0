import { errorCatalogue, type ErrorCode } from '@signalbox/contract'
import { expect, it } from 'vitest'
import { ApiError, toApiError } from './errors.ts'

it('MUST take status and sentence of every code from the catalogue', () => {
  for (const code of Object.keys(errorCatalogue) as ErrorCode[]) {
    const error = new ApiError(code)
    expect([error.status, error.body()]).toEqual([errorCatalogue[code].status, { error: { code, message: errorCatalogue[code].message } }])
  }
})

it('carries detail and fault', () => {
  expect(new ApiError('RPC_FAULT', { status: 481, detail: 'x', fault: { code: 481, message: 'y' } })).toMatchObject({ status: 481 })
  expect(new ApiError('RPC_FAULT', { detail: 'x', fault: { code: 481, message: 'y' } }).body().error).toMatchObject({
    detail: 'x',
    fault: { code: 481, message: 'y' },
  })
})

it.each([
  [new ApiError('NOT_FOUND'), 'NOT_FOUND'],
  [{ code: 'FST_ERR_CTP_BODY_TOO_LARGE', statusCode: 413 }, 'BODY_TOO_LARGE'],
  [{ code: 'FST_ERR_VALIDATION', statusCode: 400, message: 'querystring/limit must be >= 1' }, 'BAD_REQUEST'],
  [new TypeError('ours'), 'INTERNAL'],
  [{ statusCode: 503, message: 'x' }, 'INTERNAL'],
] as const)('names %j %s', (error, code) => {
  expect(toApiError(error).code).toBe(code)
})

it('never tells a stranger what went wrong inside', () => {
  expect(JSON.stringify(toApiError(new TypeError('secret path')).body())).not.toContain('secret')
})
