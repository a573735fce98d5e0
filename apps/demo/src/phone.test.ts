import { createSocket } from 'node:dgram'
import { once } from 'node:events'

import { expect, it, onTestFinished } from 'vitest'

import { cast } from './cast.ts'
import { Phone } from './phone.ts'
import { Random } from './random.ts'

it('repeats REGISTER until it is answered, RFC 3261 17.1.2.2, and tells the status', async () => {
  const proxy = createSocket('udp4').bind(0, '127.0.0.1')
  await once(proxy, 'listening')
  const phone = await Phone.open(cast[0], { host: '127.0.0.1', port: proxy.address().port }, new Random(1))
  onTestFinished(() => {
    phone.close()
    proxy.close()
  })
  const copies: string[] = []
  proxy.on('message', (bytes, remote) => {
    copies.push(bytes.toString())
    if (copies.length < 2) return
    const reply = bytes
      .toString()
      .replace(/^REGISTER .*$/m, 'SIP/2.0 200 OK\r')
      .replace('\r\r', '\r')
    proxy.send(reply, remote.port, remote.address)
  })
  expect(await phone.register(60)).toBe(200)
  expect(copies).toHaveLength(2)
  expect(copies[0]).toBe(copies[1])
  expect(copies[0]).toContain('Expires: 60\r\n')
})
