import { describe, expect, it } from 'vitest'
import { curlOf, fieldKind, inputsFrom, readParams, type MethodInfo } from './rpc-form.ts'

const method = (parameters: MethodInfo['parameters']): MethodInfo => ({
  name: 'm',
  help: '',
  readOnly: true,
  parameters,
  result: {},
  example: { params: [], result: null },
})
const index = { name: 'index', required: true, help: '', schema: { type: 'integer', minimum: 0 } }
const level = { name: 'level', required: false, help: '', schema: { anyOf: [{ type: 'integer' }, { type: 'string' }] } }
const callId = { name: 'callid', required: true, help: '', schema: { anyOf: [{ type: 'string' }, { type: 'integer' }] } }
const user = { name: 'user', required: true, help: '', schema: { type: 'string' } }
const kind = { name: 'kind', required: true, help: '', schema: { anyOf: [{ const: 'call-id' }, { const: 'user' }] } }
const brief = { name: 'brief', required: false, help: '', schema: { const: 'brief', type: 'string' } }

describe('fieldKind', () => {
  it.each([
    [
      { type: 'integer', minimum: 0 },
      { type: 'integer', min: 0, max: null },
    ],
    [{ const: 'brief' }, { type: 'choice', values: ['brief'] }],
    [{ anyOf: [{ const: 'a' }, { const: 'b' }] }, { type: 'choice', values: ['a', 'b'] }],
    [{ anyOf: [{ type: 'integer' }, { type: 'string' }] }, { type: 'text', lines: false, numbers: true }],
    [{ type: 'string' }, { type: 'text', lines: false, numbers: false }],
    [{ anyOf: [{ const: 'a' }, { type: 'string' }] }, { type: 'text', lines: false, numbers: false }],
    [{ type: 'object' }, { type: 'json' }],
    [null, { type: 'json' }],
  ])('%j', (schema, expected) => expect(fieldKind(schema)).toEqual(expected))
})

describe('readParams', () => {
  it('leaves out empty optional parameters', () => {
    expect(readParams(method([level]), [''])).toEqual({ ok: true, params: [] })
    expect(readParams(method([index, level]), ['7', ''])).toEqual({ ok: true, params: [7] })
  })

  it('takes a number or a name where both fit', () => {
    expect(readParams(method([level]), ['-3'])).toEqual({ ok: true, params: [-3] })
    expect(readParams(method([level]), ['debug'])).toEqual({ ok: true, params: ['debug'] })
  })

  it('MUST send digits as text where the schema has no number', () => {
    expect(readParams(method([user]), ['1001'])).toEqual({ ok: true, params: ['1001'] })
  })

  it.each(['007', '-0', '+1', '1e3', '12345678901234567890', '1.0'])(
    'keeps %s as text where both fit: a number would not give it back',
    (text) => {
      expect(readParams(method([callId]), [text])).toEqual({ ok: true, params: [text] })
    },
  )

  it('names the parameter that is missing or wrong', () => {
    expect(readParams(method([index]), [''])).toMatchObject({ ok: false, parameter: 'index', message: 'index is missing.' })
    expect(readParams(method([index]), ['-1'])).toMatchObject({ ok: false, message: 'index wants a number from 0.' })
    expect(readParams(method([brief]), ['long'])).toMatchObject({ ok: false, message: 'brief is one of brief.' })
  })
})

describe('texts of several lines', () => {
  const headers = { name: 'headers', required: true, help: '', schema: { type: 'string', contentMediaType: 'message/sipfrag' } }

  it('get a field with room, keep what they are and end their lines as SIP does', () => {
    expect(fieldKind(headers.schema)).toEqual({ type: 'text', lines: true, numbers: false })
    expect(readParams(method([headers]), ['A: 1\nB: 2\n folded\n'])).toEqual({ ok: true, params: ['A: 1\r\nB: 2\r\n folded\r\n'] })
    expect(readParams(method([headers]), ['12'])).toEqual({ ok: true, params: ['12'] })
    expect(readParams(method([headers]), [' \n'])).toMatchObject({ ok: false, message: 'headers is missing.' })
  })
})

describe('inputsFrom', () => {
  it('reads the URL and survives a broken one', () => {
    expect(inputsFrom('[3,"a",{"b":1}]', [index, user, user, user])).toEqual(['3', 'a', '{"b":1}', ''])
    expect(inputsFrom('[3', [index])).toEqual([''])
  })

  it('MUST hold the choice that the field shows', () => {
    expect(inputsFrom(undefined, [kind, brief])).toEqual(['call-id', ''])
    expect(inputsFrom('["user","brief"]', [kind, brief])).toEqual(['user', 'brief'])
    expect(inputsFrom('["nonsense","nonsense"]', [kind, brief])).toEqual(['call-id', ''])
    expect(readParams(method([kind, brief]), inputsFrom(undefined, [kind, brief]))).toEqual({ ok: true, params: ['call-id'] })
  })
})

describe('curlOf', () => {
  it('quotes for the shell and never holds a token', () => {
    const text = curlOf('http://127.0.0.1:8060/api/v1/rpc/m', ["it's"], true)
    expect(text).toContain(`'{"params":["it'\\''s"]}'`)
    expect(text).toContain('Bearer $TOKEN')
  })
})
