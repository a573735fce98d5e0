import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { exampleTmListItem, methods, type EngineInfo } from '@signalbox/contract'
import { afterEach, describe, expect, it } from 'vitest'
import { LOCAL, startTestApp, type TestApp } from '../test/test-app.ts'
import { settle } from '../test/fake-engine.ts'

const TOKEN = 'a-token-of-enough-length'
let running: TestApp | null = null
let folder: string | null = null

async function start(options: Parameters<typeof startTestApp>[0] = {}): Promise<TestApp> {
  running = await startTestApp(options)
  return running
}

function builtConsole(): string {
  folder = mkdtempSync(join(tmpdir(), 'console-'))
  mkdirSync(join(folder, 'assets'))
  writeFileSync(join(folder, 'index.html'), '<!doctype html><title>Signalbox</title>')
  writeFileSync(join(folder, 'assets', 'index-B1x_-9aZ.js'), 'export {}')
  return folder
}

afterEach(async () => {
  await running?.app.close()
  running = null
  if (folder !== null) rmSync(folder, { recursive: true })
  folder = null
})

describe('GET /healthz', () => {
  it('MUST be 200 while the engine answers and 503 while it does not', async () => {
    const { app, engine, timers } = await start()
    const get = async () => {
      const { statusCode, body } = await app.inject({ url: '/healthz', headers: LOCAL })
      return [statusCode, JSON.parse(body)]
    }
    expect(await get()).toEqual([200, { status: 'ok' }])
    await engine.kill()
    await settle()
    expect(await get()).toEqual([503, { status: 'unavailable', reason: 'ENGINE_DOWN: connection closed' }])
    engine.accepting = true
    timers.advance(100)
    await settle()
    expect(await get()).toEqual([200, { status: 'ok' }])
  })

  it('MUST be 503 with the sentence of an engine that serves and refuses registrations', async () => {
    const { app, engine } = await start()
    const trouble = 'Registrations cannot be written to /data and are refused: no space left on device'
    engine.answers.set('signalbox.info', () => ({ result: { ...(methods['signalbox.info'].example.result as EngineInfo), trouble } }))
    const { statusCode, body } = await app.inject({ url: '/healthz', headers: LOCAL })
    expect([statusCode, JSON.parse(body)]).toEqual([503, { status: 'unavailable', reason: trouble }])
  })

  it('is 503 when the engine hangs', async () => {
    const { app, engine, timers } = await start()
    engine.answers.set('signalbox.info', () => 'silence')
    const answer = app.inject({ url: '/healthz', headers: LOCAL })
    await settle()
    timers.advance(5000)
    expect((await answer).statusCode).toBe(503)
  })
})

describe('POST /RPC', () => {
  const rpc = async (test: TestApp, payload: string, headers: Record<string, string> = {}) => {
    const {
      statusCode,
      statusMessage,
      body,
      headers: answered,
    } = await test.app.inject({ method: 'POST', url: '/RPC', payload, headers: { ...LOCAL, ...headers } })
    return { status: `${statusCode} ${statusMessage}`, type: answered['content-type'], body }
  }

  it('MUST answer byte for byte as jsonrpcs prints, control-reference 1', async () => {
    const test = await start()
    expect(await rpc(test, '{"jsonrpc":"2.0","method":"core.uptime","id":7}')).toEqual({
      status: '200 OK',
      type: 'application/json',
      body: '{\n\t"jsonrpc":\t"2.0",\n\t"result":\t{\n\t\t"now":\t"Sun Nov 22 20:45:41 2026",\n\t\t"up_since":\t"Sun Nov 22 20:44:56 2026",\n\t\t"uptime":\t45\n\t},\n\t"id":\t7\n}',
    })
  })

  it('MUST answer an unknown method with 500 Method Not Found, control-reference 8.3', async () => {
    const test = await start()
    expect(await rpc(test, '{"jsonrpc":"2.0","method":"nosuch","id":7}')).toEqual({
      status: '500 Method Not Found',
      type: 'application/json',
      body: '{\n\t"jsonrpc":\t"2.0",\n\t"error":\t{\n\t\t"code":\t500,\n\t\t"message":\t"Method Not Found"\n\t},\n\t"id":\t7\n}',
    })
  })

  it('MUST pass on the fault code as status and its text as reason phrase, control-reference 1.2', async () => {
    const test = await start()
    test.engine.answers.set('signalbox.tx.get', () => ({ error: { code: 404, message: 'Transaction not found' } }))
    expect((await rpc(test, '{"jsonrpc":"2.0","method":"signalbox.tx.get","params":[1,2],"id":7}')).status).toBe(
      '404 Transaction not found',
    )
  })

  it('answers bad JSON with -32700', async () => {
    const test = await start()
    const { status, body } = await rpc(test, '{bad')
    expect(status).toBe('500 Parse error')
    expect(JSON.parse(body)).toEqual({ jsonrpc: '2.0', error: { code: -32_700, message: 'Parse error' } })
  })

  it('takes any content type and passes params on by order', async () => {
    const test = await start()
    const types: Record<string, string>[] = [
      {},
      { 'content-type': 'application/x-www-form-urlencoded' },
      { 'content-type': 'application/json' },
    ]
    for (const headers of types) {
      const { status } = await rpc(test, '{"jsonrpc":"2.0","method":"system.methodHelp","params":{"x":"tm.stats"},"id":1}', headers)
      expect(status).toBe('200 OK')
    }
    expect(test.engine.calls.at(-1)?.params).toEqual(['tm.stats'])
  })

  it('MUST keep subscriptions of the shared connection out of reach', async () => {
    const test = await start()
    expect((await rpc(test, '{"jsonrpc":"2.0","method":"signalbox.unsubscribe","params":["events"],"id":1}')).status).toBe(
      '400 Topics come over the unix socket of the engine only',
    )
    expect(test.engine.count('signalbox.unsubscribe')).toBe(0)
  })

  it('system.listMethods leaves out what only the unix socket takes', async () => {
    const test = await start()
    test.engine.answers.set('system.listMethods', () => ({ result: ['signalbox.info', 'signalbox.subscribe', 'signalbox.unsubscribe'] }))
    const { body } = await rpc(test, '{"jsonrpc":"2.0","method":"system.listMethods","id":1}')
    expect(JSON.parse(body).result).toEqual(['signalbox.info'])
  })

  it('is a fault 503 while the engine is down', async () => {
    const test = await start({ engineDown: true })
    const { status, body } = await rpc(test, '{"jsonrpc":"2.0","method":"tm.stats","id":1}')
    expect([status, JSON.parse(body).error.code]).toEqual(['503 Engine not reachable', 503])
  })
})

describe('REST', () => {
  const get = async (test: TestApp, url: string) => {
    const { statusCode, body } = await test.app.inject({ url, headers: LOCAL })
    return { statusCode, body: JSON.parse(body) }
  }
  const send = async (test: TestApp, method: 'POST' | 'PUT', url: string, payload?: object) => {
    const { statusCode, body } = await test.app.inject({ method, url, headers: LOCAL, ...(payload !== undefined && { payload }) })
    return { statusCode, body: JSON.parse(body) }
  }

  it('gives stats in the order of tm-reference 11', async () => {
    const { body } = await (await start()).app.inject({ url: '/api/v1/stats', headers: LOCAL })
    expect(body).toBe(JSON.stringify(methods['tm.stats'].example.result))
    expect(Object.keys(JSON.parse(body)).slice(0, 8)).toEqual([
      'current',
      'waiting',
      'total',
      'total_local',
      'rpl_received',
      'rpl_generated',
      'rpl_sent',
      '6xx',
    ])
  })

  it('lists transactions by method, Call-ID and limit', async () => {
    const test = await start()
    const items = ['INVITE', 'INVITE', 'BYE'].map((method, index) => ({
      ...exampleTmListItem,
      method,
      tindex: index,
      callid: `Call-ID: ${index}@x\r\n`,
    }))
    test.engine.answers.set('tm.list', () => ({ result: items }))
    expect((await get(test, '/api/v1/transactions?method=INVITE&limit=1')).body).toEqual({ total: 3, matched: 2, transactions: [items[0]] })
    expect((await get(test, '/api/v1/transactions?callid=2%40')).body).toEqual({ total: 3, matched: 1, transactions: [items[2]] })
    const bad = await get(test, '/api/v1/transactions?limit=0')
    expect([bad.statusCode, bad.body.error.code, bad.body.error.detail]).toEqual([400, 'BAD_REQUEST', 'querystring/limit must be >= 1'])
  })

  it('gives one transaction, or TRANSACTION_NOT_FOUND', async () => {
    const test = await start()
    expect((await get(test, '/api/v1/transactions/4711/1868931')).body.row.key).toBe('4711:1868931')
    expect(test.engine.calls.at(-1)?.params).toEqual([4711, 1868931])
    test.engine.answers.set('signalbox.tx.get', () => ({ error: { code: 404, message: 'Transaction not found' } }))
    const gone = await get(test, '/api/v1/transactions/1/2')
    expect([gone.statusCode, gone.body.error.code]).toEqual([404, 'TRANSACTION_NOT_FOUND'])
    expect((await get(test, '/api/v1/transactions/a/2')).statusCode).toBe(400)
  })

  it('reads and sets the log level by number or name', async () => {
    const test = await start()
    test.engine.answers.set('log_level', ([level]) => ({
      result: level === undefined ? { 'Log level': 2 } : { 'New global log level': level },
    }))
    expect((await get(test, '/api/v1/log-level')).body).toEqual({ level: 2, name: 'notice' })
    expect((await send(test, 'PUT', '/api/v1/log-level', { level: 'debug' })).body).toEqual({ level: 4, name: 'debug' })
    expect((await send(test, 'PUT', '/api/v1/log-level', { level: -3 })).body).toEqual({ level: -3, name: 'alert' })
    expect((await send(test, 'PUT', '/api/v1/log-level', { level: 'loud' })).body.error.code).toBe('BAD_REQUEST')
    expect((await send(test, 'PUT', '/api/v1/log-level', { level: 9 })).statusCode).toBe(400)
  })

  it('reloads, and tells file, line and reason of a refusal', async () => {
    const test = await start()
    expect((await send(test, 'POST', '/api/v1/reload')).body).toEqual(methods.reload.example.result)
    test.engine.answers.set('reload', () => ({ error: { code: 500, message: '/etc/route.js:3: Unexpected token' } }))
    const refused = await send(test, 'POST', '/api/v1/reload')
    expect([refused.statusCode, refused.body.error.code, refused.body.error.fault.message]).toEqual([
      422,
      'RELOAD_REFUSED',
      '/etc/route.js:3: Unexpected token',
    ])
  })

  it('flattens the location table', async () => {
    const test = await start()
    const Contact = {
      Address: 'sip:alice@192.0.2.1',
      Expires: 60,
      Q: -1,
      'Call-ID': 'x',
      CSeq: 2,
      'User-Agent': 'ua',
      Received: '[not set]',
      Path: '',
      'Last-Modified': 5,
    }
    const Domain = {
      Domain: 'location',
      Size: 1,
      AoRs: [{ Info: { AoR: 'alice', HashID: 1, Contacts: [{ Contact }] } }],
      Stats: { Records: 1, 'Max-Slots': 1 },
    }
    test.engine.answers.set('ul.dump', () => ({ result: { Domains: [{ Domain }] } }))
    expect((await get(test, '/api/v1/registrations')).body).toEqual({
      registrations: [
        {
          aor: 'alice',
          domain: 'location',
          contacts: [{ uri: 'sip:alice@192.0.2.1', expires: 60, q: -1, callId: 'x', cseq: 2, userAgent: 'ua', modifiedAt: 5000 }],
        },
      ],
    })
  })

  it('calls methods with params by position or by name', async () => {
    const test = await start()
    expect((await send(test, 'POST', '/api/v1/rpc/tm.stats')).body).toEqual({ result: methods['tm.stats'].example.result })
    await send(test, 'POST', '/api/v1/rpc/signalbox.tx.get', { params: [1, 2] })
    expect(test.engine.calls.at(-1)?.params).toEqual([1, 2])
    await send(test, 'POST', '/api/v1/rpc/signalbox.tx.get', { params: { label: 2, index: 1 } })
    expect(test.engine.calls.at(-1)?.params).toEqual([1, 2])
    await send(test, 'POST', '/api/v1/rpc/log_level', { params: {} })
    expect(test.engine.calls.at(-1)?.params).toEqual([])
  })

  it.each([
    ['signalbox.tx.get', { params: [1] }, 'BAD_PARAMS', /signalbox\.tx\.get/],
    ['signalbox.tx.get', { params: [1, 'x'] }, 'BAD_PARAMS', /label must be integer/],
    ['signalbox.tx.get', { params: { index: 1, lable: 2 } }, 'BAD_PARAMS', /no parameter lable/],
    ['tm.stats', { params: [1] }, 'BAD_PARAMS', /tm\.stats/],
    ['tm.stats', { params: 'x' }, 'BAD_PARAMS', /array or object/],
    ['signalbox.subscribe', { params: ['events'] }, 'METHOD_NOT_FOUND', /signalbox\.subscribe/],
    ['nosuch', {}, 'METHOD_NOT_FOUND', /nosuch/],
  ])('refuses %s %j with %s', async (name, payload, code, detail) => {
    const test = await start()
    const { body } = await send(test, 'POST', `/api/v1/rpc/${name}`, payload)
    expect(body.error.code).toBe(code)
    expect(body.error.detail).toMatch(detail)
    expect(test.engine.count(name)).toBe(0)
  })

  it('passes other faults on with their code as status', async () => {
    const test = await start()
    test.engine.answers.set('tm.list', () => ({ error: { code: 503, message: 'busy' } }))
    expect(await send(test, 'POST', '/api/v1/rpc/tm.list')).toMatchObject({
      statusCode: 503,
      body: { error: { code: 'RPC_FAULT', fault: { code: 503, message: 'busy' } } },
    })
  })

  it('lists the callable methods even while the engine is down', async () => {
    const test = await start({ engineDown: true })
    const { body } = await get(test, '/api/v1/methods')
    const names = body.methods.map((method: { name: string }) => method.name)
    expect(names).toContain('tm.stats')
    expect(names).not.toContain('signalbox.subscribe')
    expect((await get(test, '/api/v1/stats')).body.error.code).toBe('ENGINE_DOWN')
  })

  it('names bad bodies and unknown paths', async () => {
    const test = await start()
    const bad = await test.app.inject({
      method: 'PUT',
      url: '/api/v1/log-level',
      headers: { ...LOCAL, 'content-type': 'application/json' },
      payload: '{',
    })
    expect([bad.statusCode, JSON.parse(bad.body).error.code]).toEqual([400, 'BAD_REQUEST'])
    const large = await test.app.inject({
      method: 'PUT',
      url: '/api/v1/log-level',
      headers: LOCAL,
      payload: { level: 'x'.repeat(300_000) },
    })
    expect([large.statusCode, JSON.parse(large.body).error.code]).toEqual([413, 'BODY_TOO_LARGE'])
    expect(await get(test, '/api/v1/nothing')).toMatchObject({ statusCode: 404, body: { error: { code: 'NOT_FOUND' } } })
  })
})

describe('GET /metrics', () => {
  it('adds the API to the metrics of the engine', async () => {
    const { app } = await start()
    const { headers, body } = await app.inject({ url: '/metrics', headers: LOCAL })
    expect(headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8')
    expect(body).toMatch(
      /^# HELP signalbox_tm_stats_current [^\n]*\n# TYPE signalbox_tm_stats_current gauge\nsignalbox_tm_stats_current 3\n# HELP signalbox_api_websocket_clients/,
    )
    expect(body).toMatch(/\nsignalbox_api_websocket_skipped_total 0\n/)
    const own = [...body.matchAll(/^# TYPE (signalbox_api_\S+) (\S+)$/gm)].map(([, name, type]) => `${name} ${type}`)
    const manual = readFileSync(new URL('../../../docs/operator/metrics.md', import.meta.url), 'utf8')
    const documented = [...manual.matchAll(/^\| `(signalbox_api_\w+)` \| (\w+) \|/gm)].map(([, name, type]) => `${name} ${type}`)
    expect(documented.toSorted()).toEqual(own.toSorted())
  })

  it('is 503 without the engine', async () => {
    const { app } = await start({ engineDown: true })
    expect((await app.inject({ url: '/metrics', headers: LOCAL })).statusCode).toBe(503)
  })
})

describe('access', () => {
  it.each(['/api/v1/stats', '/metrics', '/openapi.json', '/ws', '/%61pi/v1/stats', '/api/v1/nothing'])(
    'MUST ask for the token at %s',
    async (url) => {
      const { app } = await start({ token: TOKEN })
      const refused = await app.inject({ url })
      expect([refused.statusCode, refused.headers['www-authenticate'], JSON.parse(refused.body).error.code]).toEqual([
        401,
        'Bearer realm="signalbox"',
        'TOKEN_REQUIRED',
      ])
      expect((await app.inject({ url, headers: { authorization: 'Bearer wrong-token-of-length' } })).statusCode).toBe(401)
      expect((await app.inject({ url, headers: { authorization: `Bearer ${TOKEN}` } })).statusCode).not.toBe(401)
    },
  )

  it('MUST ask for the token at POST /RPC', async () => {
    const { app, engine } = await start({ token: TOKEN })
    const payload = '{"jsonrpc":"2.0","method":"reload","id":1}'
    expect((await app.inject({ method: 'POST', url: '/RPC', payload })).statusCode).toBe(401)
    expect(engine.count('reload')).toBe(0)
    expect((await app.inject({ method: 'POST', url: '/RPC', payload, headers: { authorization: `Bearer ${TOKEN}` } })).statusCode).toBe(200)
  })

  it('keeps health check and console open, so that a token can be entered', async () => {
    const { app } = await start({ token: TOKEN, webDist: builtConsole() })
    expect((await app.inject({ url: '/healthz' })).statusCode).toBe(200)
    expect((await app.inject({ url: '/transactions', headers: { accept: 'text/html' } })).statusCode).toBe(200)
  })

  it('MUST refuse writes from pages of another origin', async () => {
    const { app, engine } = await start()
    const write = (origin: string) => app.inject({ method: 'POST', url: '/api/v1/reload', headers: { ...LOCAL, origin } })
    const refused = await write('http://evil.example')
    expect([refused.statusCode, JSON.parse(refused.body).error.code]).toEqual([403, 'ORIGIN_REFUSED'])
    expect(JSON.parse(refused.body).error.detail).toBe('the page is of http://evil.example, the request names the host 127.0.0.1:8060')
    expect((await write('null')).statusCode).toBe(403)
    expect(engine.count('reload')).toBe(0)
    expect((await write('http://127.0.0.1:8060')).statusCode).toBe(200)
  })

  it('MUST refuse names that a page may have rebound to 127.0.0.1', async () => {
    const { app } = await start()
    const answer = await app.inject({ url: '/api/v1/stats', headers: { host: 'evil.example:8060' } })
    expect([answer.statusCode, JSON.parse(answer.body).error.code]).toEqual([403, 'HOST_REFUSED'])
    expect((await app.inject({ url: '/healthz', headers: { host: 'any' } })).statusCode).toBe(200)
  })
})

describe('the log', () => {
  const logged = async (options: Parameters<typeof start>[0] = {}) => {
    const lines: string[] = []
    const test = await start({ log: { write: (line) => lines.push(line) }, ...options })
    return { ...test, entries: () => lines.map((line) => JSON.parse(line) as Record<string, unknown>) }
  }
  const reload = JSON.stringify({ jsonrpc: '2.0', method: 'reload', params: [], id: 1 })

  it.each([
    ['POST', '/RPC', reload, 'reload', '[]'],
    ['POST', '/api/v1/reload', undefined, 'reload', '[]'],
    ['PUT', '/api/v1/log-level', { level: 'debug' }, 'log_level', '[4]'],
    ['POST', '/api/v1/rpc/signalbox.tx.reply', { params: [1, 2, 480] }, 'signalbox.tx.reply', '[1,2,480]'],
  ] as const)('MUST keep who changed what: %s %s %j', async (method, url, payload, name, params) => {
    const { app, entries } = await logged()
    const answer = await app.inject({ method, url, headers: LOCAL, ...(payload !== undefined && { payload }) })
    expect(answer.statusCode).toBe(200)
    const entry = { level: 35, time: 1000, msg: 'Change over HTTP', method: name, params, peer: '127.0.0.1', outcome: 'done' }
    expect(entries()).toEqual([entry])
  })

  it('MUST keep changes that were refused, and those whose outcome nobody knows', async () => {
    const { app, engine, entries } = await logged()
    const post = () => app.inject({ method: 'POST', url: '/api/v1/reload', headers: LOCAL })
    engine.answers.set('reload', () => ({ error: { code: 500, message: 'route.js:3: bad' } }))
    await post()
    await engine.kill()
    await settle()
    await post()
    expect(entries().map((entry) => entry['outcome'])).toEqual(['500 route.js:3: bad', '503 ENGINE_DOWN'])
  })

  it('says nothing of reads', async () => {
    const { app, entries } = await logged()
    for (const url of ['/api/v1/stats', '/api/v1/log-level', '/healthz', '/metrics']) await app.inject({ url, headers: LOCAL })
    await app.inject({ method: 'POST', url: '/api/v1/rpc/tm.stats', headers: LOCAL, payload: {} })
    expect(entries()).toEqual([])
  })

  it('names the caller that a reverse proxy tells, after the address of the proxy', async () => {
    const { app, entries } = await logged({ token: TOKEN })
    const headers = { ...LOCAL, authorization: `Bearer ${TOKEN}`, 'x-forwarded-for': '203.0.113.7' }
    await app.inject({ method: 'POST', url: '/api/v1/reload', headers })
    expect(entries().map((entry) => entry['peer'])).toEqual(['127.0.0.1 for 203.0.113.7'])
  })

  it('MUST warn once when a reverse proxy opens to all what needs no token', async () => {
    const { app, entries } = await logged()
    for (let time = 0; time < 2; time++) await app.inject({ url: '/api/v1/stats', headers: { ...LOCAL, 'x-forwarded-for': '203.0.113.7' } })
    expect(entries()).toMatchObject([{ level: 40, msg: expect.stringMatching(/reverse proxy and no token is set.*SIGNALBOX_TOKEN/) }])
  })
})

describe('console', () => {
  it('MUST send the content security policy of console spec 3.4 and not force TLS', async () => {
    const { app } = await start({ webDist: builtConsole() })
    const { headers } = await app.inject({ url: '/', headers: LOCAL })
    expect(headers['content-security-policy']).toBe(
      "default-src 'self';script-src 'self';style-src 'self' 'unsafe-inline';connect-src 'self' ws: wss:;img-src 'self' data:;object-src 'none';frame-ancestors 'self'",
    )
    expect(headers['strict-transport-security']).toBeUndefined()
    expect(headers['x-content-type-options']).toBe('nosniff')
  })

  it('serves index.html for every page of the console and caches hashed files for ever', async () => {
    const { app } = await start({ webDist: builtConsole() })
    for (const url of ['/', '/transactions', '/transactions/1/2?x=1.5', '/rpc/tm.stats', '/index.html']) {
      const { statusCode, headers, body } = await app.inject({ url, headers: { ...LOCAL, accept: 'text/html,*/*;q=0.8' } })
      expect([statusCode, headers['cache-control'], headers['content-type'], body.slice(0, 15)]).toEqual([
        200,
        'no-cache',
        'text/html; charset=utf-8',
        '<!doctype html>',
      ])
    }
    const asset = await app.inject({ url: '/assets/index-B1x_-9aZ.js', headers: LOCAL })
    expect([asset.statusCode, asset.headers['cache-control']]).toEqual([200, 'public, max-age=31536000, immutable'])
  })

  it('MUST not answer a missing file or an API path with a page', async () => {
    const { app } = await start({ webDist: builtConsole() })
    for (const url of ['/assets/old-12345678.js', '/api/v1/nothing', '/RPC', '/%2e%2e/%2e%2e/etc/hosts.txt']) {
      const { statusCode, body } = await app.inject({ url, headers: LOCAL })
      expect([url, statusCode, JSON.parse(body).error.code]).toEqual([url, 404, 'NOT_FOUND'])
    }
    for (const headers of [LOCAL, { ...LOCAL, accept: '*/*' }]) expect((await app.inject({ url: '/status', headers })).statusCode).toBe(404)
    expect((await app.inject({ method: 'POST', url: '/transactions', headers: LOCAL })).statusCode).toBe(404)
  })

  it('says when the console is not built', async () => {
    const { app } = await start()
    const { statusCode, body } = await app.inject({ url: '/', headers: LOCAL })
    expect([statusCode, JSON.parse(body).error.code]).toEqual([404, 'CONSOLE_NOT_BUILT'])
  })
})
