import { request, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { ChangeRecord } from '@signalbox/contract'
import { afterEach, describe, expect, it } from 'vitest'
import { ControlFault } from '../control/control-fault.ts'
import { gauge } from '../metrics/metric-source.ts'
import { PrometheusText } from '../metrics/prometheus.ts'
import { Dispatcher } from './dispatcher.ts'
import { createHttpServer } from './http-server.ts'
import { rpcMethod } from './rpc-method.ts'

interface Answer {
  readonly status: number
  readonly reason: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

let server: Server | null = null
const changes: ChangeRecord[] = []

afterEach(() => {
  changes.length = 0
  server?.closeAllConnections()
  server?.close()
})

async function serve({ token = null as string | null, unhealthy = null as string | null } = {}) {
  const methods = [
    rpcMethod('core.version', () => 'signalbox'),
    rpcMethod('reload', () => {
      throw new ControlFault({ code: 404, message: 'Transaction not found' })
    }),
  ]
  const bugs: unknown[] = []
  const listening = createHttpServer({
    dispatcher: new Dispatcher(methods, () => undefined),
    metrics: new PrometheusText([gauge('signalbox_x', 'X', () => 1)]),
    token,
    unhealthy: () => unhealthy,
    onChange: (record) => void changes.push(record),
    onBug: (error) => void bugs.push(error),
  })
  server = listening
  await new Promise<void>((resolve) => void listening.listen(0, '127.0.0.1', () => resolve()))
  const { port } = listening.address() as AddressInfo
  return (method: string, path: string, body = '', headers: Record<string, string> = {}) =>
    new Promise<Answer>((resolve, reject) => {
      const sent = request({ host: '127.0.0.1', port, method, path, headers }, (response) => {
        let text = ''
        response.setEncoding('utf8').on('data', (piece: string) => (text += piece))
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, reason: response.statusMessage ?? '', headers: response.headers, body: text }),
        )
      })
      sent.on('error', reject)
      sent.end(body)
    })
}

const call = (method: string) => JSON.stringify({ jsonrpc: '2.0', method, id: 7 })

describe('createHttpServer', () => {
  it('MUST answer POST /RPC in the layout of kamctl, control-reference 1', async () => {
    const ask = await serve()
    const { status, headers, body } = await ask('POST', '/RPC', call('core.version'))
    expect([status, headers['content-type']]).toEqual([200, 'application/json'])
    expect(body).toBe('{\n\t"jsonrpc":\t"2.0",\n\t"result":\t"signalbox",\n\t"id":\t7\n}')
  })

  it('MUST use the fault as HTTP status and reason, control-reference 1.2', async () => {
    const ask = await serve()
    expect(await ask('POST', '/RPC', call('reload'))).toMatchObject({ status: 404, reason: 'Transaction not found' })
    expect(await ask('POST', '/RPC', call('no.such'))).toMatchObject({ status: 500, reason: 'Method Not Found' })
    expect(await ask('POST', '/RPC', '{')).toMatchObject({ status: 500, reason: 'Parse error' })
  })

  it('tells who changed what, refused or not, and nothing of what only reads', async () => {
    const ask = await serve()
    await ask('POST', '/RPC', call('reload'))
    await ask('POST', '/RPC', call('core.version'))
    await ask('POST', '/RPC', call('reload'), { origin: 'http://evil.example' })
    expect(changes).toEqual([{ method: 'reload', params: '[]', peer: '127.0.0.1', outcome: '404 Transaction not found' }])
  })

  it('serves metrics and health', async () => {
    const ask = await serve()
    const { headers, body } = await ask('GET', '/metrics')
    expect(headers['content-type']).toContain('text/plain; version=0.0.4')
    expect(body).toContain('# TYPE signalbox_x gauge\nsignalbox_x 1')
    expect(await ask('GET', '/healthz')).toMatchObject({ status: 200, body: '{"status":"ok"}' })
    expect(await ask('HEAD', '/healthz')).toMatchObject({ status: 200, body: '' })
  })

  it('is unhealthy while it stops', async () => {
    const ask = await serve({ unhealthy: 'stopping' })
    expect(await ask('GET', '/healthz')).toMatchObject({ status: 503, body: '{"status":"unavailable","reason":"stopping"}' })
  })

  it('refuses other paths, other methods and large bodies', async () => {
    const ask = await serve()
    expect((await ask('GET', '/')).status).toBe(404)
    expect((await ask('GET', '/constructor')).status).toBe(404)
    expect(await ask('GET', '/RPC')).toMatchObject({ status: 405, headers: { allow: 'POST' } })
    expect((await ask('POST', '/RPC', ' '.repeat((1 << 20) + 1))).status).toBe(413)
    expect((await ask('GET', '/healthz')).status).toBe(200)
  })

  it('refuses what a web page can make a browser send', async () => {
    const ask = await serve()
    expect((await ask('POST', '/RPC', call('core.version'), { origin: 'http://evil.example' })).status).toBe(403)
    expect((await ask('POST', '/RPC', call('core.version'), { host: 'evil.example' })).status).toBe(403)
    expect((await ask('POST', '/RPC', call('core.version'), { host: 'localhost:8060', origin: 'http://localhost:8060' })).status).toBe(200)
  })

  it('needs the token when there is one, except for health', async () => {
    const ask = await serve({ token: 'secret' })
    expect((await ask('GET', '/metrics')).status).toBe(401)
    expect((await ask('GET', '/metrics', '', { authorization: 'Bearer wrong!' })).status).toBe(401)
    expect((await ask('GET', '/metrics', '', { authorization: 'Bearer secret', host: 'sip.example' })).status).toBe(200)
    expect((await ask('GET', '/healthz')).status).toBe(200)
  })
})
