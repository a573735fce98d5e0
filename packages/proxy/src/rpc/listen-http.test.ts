import { once } from 'node:events'
import { createServer } from 'node:http'
import { expect, it, onTestFinished } from 'vitest'
import { HttpListenError, listenHttp } from './listen-http.ts'

const PLACE = { host: '127.0.0.1', port: 0 }

function server() {
  const one = createServer((_request, response) => response.end('served'))
  onTestFinished(async () => {
    one.closeAllConnections()
    if (one.listening) await once(one.close(), 'close')
  })
  return one
}

it('goes on when the system has no room for a connection', async () => {
  const notAccepted: Error[] = []
  const one = server()
  const url = await listenHttp(one, PLACE, (error) => void notAccepted.push(error))
  one.emit('error', new Error('accept ENFILE'))
  expect(notAccepted).toEqual([new Error('accept ENFILE')])
  expect(await (await fetch(url)).text()).toBe('served')
})

it('tells what to do about a port that is taken', async () => {
  const url = await listenHttp(server(), PLACE, () => undefined)
  const taken = { host: PLACE.host, port: Number(new URL(url).port) }
  await expect(listenHttp(server(), taken, () => expect.unreachable())).rejects.toThrow(HttpListenError)
})
