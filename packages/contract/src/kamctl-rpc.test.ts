import { describe, expect, it } from 'vitest'
import { parseRpcCall, rpcFaultAnswer, rpcResultAnswer } from './kamctl-rpc.ts'

describe('parseRpcCall', () => {
  it('reads what kamctl sends, reply_name ignored', () => {
    const text = '{"jsonrpc": "2.0", "method": "ul.dump", "reply_name": "kamailio_receiver_1", "params": ["brief"], "id": 4711}'
    expect(parseRpcCall(text)).toEqual({ ok: true, method: 'ul.dump', params: ['brief'], id: 4711 })
  })

  it('MUST take named params by their order, control-reference 1', () => {
    expect(parseRpcCall('{"jsonrpc":"2.0","method":"m","params":{"b":1,"a":2},"id":"x"}')).toEqual({
      ok: true,
      method: 'm',
      params: [1, 2],
      id: 'x',
    })
  })

  it('MUST answer bad JSON with -32700, control-reference 8.3', () => {
    expect(parseRpcCall('{')).toEqual({ ok: false, fault: { code: -32700, message: 'Parse error' }, id: undefined })
  })

  it.each(['[]', '1', 'null', '{"method":"m","id":7}', '{"jsonrpc":"2.0","id":7}', '{"jsonrpc":"2.0","method":"m","params":"x","id":7}'])(
    'refuses %s as no request',
    (text) => {
      const call = parseRpcCall(text)
      expect(!call.ok && call.fault.code).toBe(-32600)
    },
  )

  it('MUST echo a null id as 0 and leave a missing one out, control-reference 1', () => {
    expect(parseRpcCall('{"jsonrpc":"2.0","method":"m","id":null}').id).toBe(0)
    expect(parseRpcCall('{"jsonrpc":"2.0","method":"m"}').id).toBeUndefined()
  })
})

describe('answers', () => {
  it('MUST order the keys jsonrpc, result, id, control-reference 1', () => {
    expect(rpcResultAnswer(['a', 'b'], 7)).toEqual({
      status: 200,
      reason: 'OK',
      body: '{\n\t"jsonrpc":\t"2.0",\n\t"result":\t["a", "b"],\n\t"id":\t7\n}',
    })
    expect(rpcResultAnswer({}, undefined).body).toBe('{\n\t"jsonrpc":\t"2.0",\n\t"result":\t{\n\t}\n}')
    expect(rpcResultAnswer('x', 1.5).body).toContain('"id":\t1.500000')
  })

  it('MUST use the fault code as HTTP status and its text as reason phrase, control-reference 1.2', () => {
    expect(rpcFaultAnswer({ code: 404, message: 'Transaction not found' }, 7)).toEqual({
      status: 404,
      reason: 'Transaction not found',
      body: '{\n\t"jsonrpc":\t"2.0",\n\t"error":\t{\n\t\t"code":\t404,\n\t\t"message":\t"Transaction not found"\n\t},\n\t"id":\t7\n}',
    })
  })

  it('MUST answer an unknown method with 500 Method Not Found, control-reference 8.3', () => {
    const answer = rpcFaultAnswer({ code: -32601, message: 'Method not found' }, 7)
    expect([answer.status, answer.reason]).toEqual([500, 'Method Not Found'])
    expect(answer.body).toContain('"code":\t500,\n\t\t"message":\t"Method Not Found"')
  })

  it.each([
    [-32700, 500],
    [100, 500],
    [101, 101],
    [481, 481],
    [600, 500],
  ])('MUST map fault code %i to HTTP status %i, control-reference 1.2', (code, status) => {
    expect(rpcFaultAnswer({ code, message: 'x' }, 1).status).toBe(status)
  })

  it('keeps line breaks and other than Latin-1 out of the status line', () => {
    expect(rpcFaultAnswer({ code: 500, message: 'a.js:3: bad\r\nX-Evil: 1 \u2192' }, 1).reason).toBe('a.js:3: bad X-Evil: 1')
    expect(rpcFaultAnswer({ code: 500, message: '' }, 1).reason).toBe('Error')
  })
})
