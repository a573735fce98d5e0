import { describe, expect, it } from 'vitest'
import { prettyJson } from './pretty-json.ts'

describe('prettyJson, control-reference 1', () => {
  it('MUST put a tab before each key and a tab after its colon', () => {
    expect(prettyJson({ jsonrpc: '2.0', result: { current: 0, waiting: 1 }, id: 'x' })).toBe(
      '{\n\t"jsonrpc":\t"2.0",\n\t"result":\t{\n\t\t"current":\t0,\n\t\t"waiting":\t1\n\t},\n\t"id":\t"x"\n}',
    )
  })

  it('MUST keep an array of scalars on one line', () => {
    expect(prettyJson(['a"b', 1.5, null, true])).toBe('["a\\"b", 1.5, null, true]')
    expect(prettyJson({ result: [] })).toBe('{\n\t"result":\t[]\n}')
  })

  it('MUST open the objects of an array in place, one tab deeper', () => {
    expect(prettyJson({ result: [{ n: 1 }, { n: 2 }] })).toBe(
      '{\n\t"result":\t[{\n\t\t\t"n":\t1\n\t\t}, {\n\t\t\t"n":\t2\n\t\t}]\n}',
    )
  })

  it('MUST close an empty object on its own line', () => {
    expect(prettyJson({ result: {}, id: 1 })).toBe('{\n\t"result":\t{\n\t},\n\t"id":\t1\n}')
  })

  it('leaves out what JSON cannot say', () => {
    expect(prettyJson({ a: undefined, b: 1 })).toBe('{\n\t"b":\t1\n}')
    expect(prettyJson([undefined])).toBe('[null]')
  })
})
