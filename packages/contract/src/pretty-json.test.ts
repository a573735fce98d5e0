import { expect, it } from 'vitest'
import { prettyJson } from './pretty-json.ts'

it('MUST indent by tabs and put a tab after the colon, control-reference 1', () => {
  expect(prettyJson({ jsonrpc: '2.0', result: { now: 'x', uptime: 45 }, id: 1 })).toBe(
    '{\n\t"jsonrpc":\t"2.0",\n\t"result":\t{\n\t\t"now":\t"x",\n\t\t"uptime":\t45\n\t},\n\t"id":\t1\n}',
  )
})

it('MUST print arrays on one line with a comma and a space, control-reference 1', () => {
  expect(prettyJson({ result: ['a', 1, null, true] })).toBe('{\n\t"result":\t["a", 1, null, true]\n}')
  expect(prettyJson({ result: [{ a: 1 }, { a: 2 }] })).toBe('{\n\t"result":\t[{\n\t\t\t"a":\t1\n\t\t}, {\n\t\t\t"a":\t2\n\t\t}]\n}')
})

it('prints empty objects and arrays as jsonrpcs does', () => {
  expect(prettyJson({ result: {}, list: [] })).toBe('{\n\t"result":\t{\n\t},\n\t"list":\t[]\n}')
})

it('MUST print fractions with six decimals, control-reference 1', () => {
  expect(prettyJson(1.5)).toBe('1.500000')
  expect(prettyJson(-1)).toBe('-1')
})

it('leaves out undefined members and gives JSON for any value', () => {
  const value = { text: 'a"\\\r\n\t\u0001ä', nothing: undefined, nested: { list: [[1, [2]], { x: {} }] }, zero: 0, no: null }
  expect(prettyJson(value)).not.toContain('nothing')
  expect(JSON.parse(prettyJson(value))).toEqual(JSON.parse(JSON.stringify(value)))
})
