import { connect } from 'node:net'
import { once } from 'node:events'
import { networkInterfaces } from 'node:os'

import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { headerValues } from '../harness/raw-message.ts'
import type { RawPort } from '../harness/raw-port.ts'
import { openTcp, openUdp } from '../harness/raw-port.ts'
import { calleeDialog, callerDialog, RawUa } from '../harness/raw-ua.ts'
import type { Signalbox } from '../harness/start-signalbox.ts'
import { startSignalbox } from '../harness/start-signalbox.ts'
import { waitUntil } from '../harness/wait-until.ts'

const hasIpv6 = Object.values(networkInterfaces()).some((addresses) => addresses?.some((address) => address.address === '::1'))
if (!hasIpv6) console.warn('SKIPPED: scenarios over IPv6, because ::1 is not there')

let box: Signalbox
beforeAll(async () => {
  const six = hasIpv6 ? ['udp:[::1]:PORT', 'tcp:[::1]:PORT'] : []
  box = await startSignalbox({ listen: ['udp:127.0.0.1:PORT', 'tcp:127.0.0.1:PORT', ...six] })
})
afterAll(() => box?.stop())

type Opener = (host: string) => Promise<RawPort>
interface Side {
  readonly open: Opener
  readonly host: string
}

/** A whole call: INVITE 180 200 ACK, MESSAGE from the callee inside the dialog, BYE 200. */
async function wholeCall(from: Side, to: Side, user: string): Promise<{ readonly caller: RawUa; readonly callee: RawUa }> {
  const callerPort = await from.open(from.host)
  const calleePort = await to.open(to.host)
  const caller = new RawUa('caller', callerPort, { host: from.host, port: box.sipPort })
  const callee = new RawUa(user, calleePort, { host: to.host, port: box.sipPort })
  try {
    await callee.register()
    await caller.sendRequest({ method: 'INVITE', uri: caller.uriAtProxy(user), body: 'offer' })
    const invite = await callee.takeRequest('INVITE')
    expect(invite.message.body).toBe('offer')
    callee.answer(invite, 180, 'Ringing')
    await caller.takeReply(180)
    callee.answer(invite, 200, 'OK', { body: 'answer' })
    const ok = await caller.takeReply(200, 'INVITE')
    expect(ok.body).toBe('answer')
    const dialog = callerDialog(ok)
    await caller.send(caller.withinDialog('ACK', dialog))
    await callee.takeRequest('ACK')
    await callee.send(callee.withinDialog('MESSAGE', calleeDialog(invite.message, `${user}-tag`)))
    caller.answer(await caller.takeRequest('MESSAGE'), 200, 'OK')
    await callee.takeReply(200, 'MESSAGE')
    await caller.send(caller.withinDialog('BYE', dialog, 2))
    callee.answer(await callee.takeRequest('BYE'), 200, 'OK')
    await caller.takeReply(200, 'BYE')
    return { caller, callee }
  } finally {
    await Promise.all([callerPort.close(), calleePort.close()])
  }
}

const udp: Side = { open: (host) => openUdp(host), host: '127.0.0.1' }
const tcp: Side = { open: (host) => openTcp(host), host: '127.0.0.1' }

describe('calls over every mix of transports', () => {
  it('UDP to UDP', () => wholeCall(udp, udp, 'uu'))
  it('TCP to TCP', () => wholeCall(tcp, tcp, 'tt'))
  it('UDP to TCP', () => wholeCall(udp, tcp, 'ut'))
  it('TCP to UDP', () => wholeCall(tcp, udp, 'tu'))
  it.skipIf(!hasIpv6)('IPv6, UDP to UDP', () => wholeCall({ ...udp, host: '::1' }, { ...udp, host: '::1' }, 'six'))
  it.skipIf(!hasIpv6)('IPv6, TCP to UDP', () => wholeCall({ ...tcp, host: '::1' }, { ...udp, host: '::1' }, 'sixtcp'))
  it.skipIf(!hasIpv6)('IPv4 caller, IPv6 callee', () => wholeCall(udp, { ...udp, host: '::1' }, 'four-six'))
})

describe('UDP, RFC 3581', () => {
  it('MUST fill received and rport and answer to the source, RFC 3581 4', async () => {
    const port = await openUdp()
    const phone = new RawUa('nat', port, { host: '127.0.0.1', port: box.sipPort })
    const request = phone.request({ method: 'OPTIONS', uri: `sip:127.0.0.1:${box.sipPort}` })
    await phone.send(request.replace(/^Via: .*$/m, 'Via: SIP/2.0/UDP 192.0.2.77:5999;rport;branch=z9hG4bKnat\r').replace('\r\r', '\r'))
    const reply = await phone.takeReply(200)
    await port.close()
    const via = headerValues(reply, 'via')[0]
    expect(via).toContain(`rport=${port.port}`)
    expect(via).toContain('received=127.0.0.1')
  })
})

describe('the largest messages, RFC 3261 18.1.1', () => {
  /** The largest payload of a UDP datagram over IPv4, in octets. */
  const LARGEST = 65_507

  /** Of LARGEST octets, nearly all of them Via, which every answer mirrors; its CSeq names another method. */
  function broken(transport: string): string {
    const [start, ...rest] = [
      `OPTIONS sip:a SIP/2.0\r\nVia: SIP/2.0/${transport} 127.0.0.1:9;branch=z9hG4bKlong;rport;pad=`,
      '\r\nFrom: <sip:a>;tag=1\r\nTo: <sip:b>\r\nCall-ID: long\r\nCSeq: 1 FOO\r\n',
      'Content-Length: 0\r\n\r\n',
    ]
    const end = rest.join('')
    return start + 'p'.repeat(LARGEST - start.length - end.length) + end
  }

  it('a datagram that is answered by more than fits into one costs nobody else anything', async () => {
    const port = await openUdp()
    const phone = new RawUa('large', port, { host: '127.0.0.1', port: box.sipPort })
    for (let i = 0; i < 10; i++) await phone.send(broken('UDP'))
    await phone.sendRequest({ method: 'OPTIONS', uri: `sip:127.0.0.1:${box.sipPort}` })
    await phone.takeReply(200)
    await port.close()
    expect(await box.healthy()).toBe(true)
  })

  it('over a stream the answer may be longer than the message', async () => {
    const port = await openTcp()
    const phone = new RawUa('large', port, { host: '127.0.0.1', port: box.sipPort })
    await phone.send(broken('TCP'))
    expect((await phone.takeReply(400)).startLine).toBe('SIP/2.0 400 Bad Request (CSeq)')
    await port.close()
  })
})

describe('TCP streams, RFC 3261 18.3', () => {
  async function stream(): Promise<{
    readonly write: (text: string) => void
    readonly text: () => string
    readonly end: () => void
    readonly closed: () => boolean
  }> {
    const socket = connect(box.sipPort, '127.0.0.1')
    let text = ''
    let closed = false
    socket.on('data', (chunk: Buffer) => (text += chunk.toString('latin1')))
    socket.on('close', () => (closed = true))
    socket.on('error', () => undefined)
    await once(socket, 'connect')
    socket.setNoDelay(true)
    return {
      write: (part) => void socket.write(Buffer.from(part, 'latin1')),
      text: () => text,
      end: () => socket.destroy(),
      closed: () => closed,
    }
  }
  const options = (branch: string): string =>
    [
      `OPTIONS sip:127.0.0.1:${box.sipPort};transport=tcp SIP/2.0`,
      `Via: SIP/2.0/TCP 127.0.0.1:9;rport;branch=z9hG4bK${branch}`,
      'Max-Forwards: 70',
      'From: <sip:stream@127.0.0.1>;tag=s',
      'To: <sip:127.0.0.1>',
      `Call-ID: ${branch}`,
      'CSeq: 1 OPTIONS',
      'Content-Length: 0\r\n\r\n',
    ].join('\r\n')
  const answers = (text: string): number => text.split('SIP/2.0 200').length - 1

  it('several messages in one segment are all answered', async () => {
    const { write, text, end } = await stream()
    write(options('a1') + options('a2') + options('a3'))
    await waitUntil('three answers', () => (answers(text()) === 3 ? true : undefined))
    end()
  })

  it('a message that arrives octet by octet is answered once', async () => {
    const { write, text, end } = await stream()
    for (const octet of options('slow')) write(octet)
    await waitUntil('an answer', () => (answers(text()) === 1 ? true : undefined))
    end()
  })

  it('CRLFCRLF is answered with CRLF, RFC 5626 4.4.1', async () => {
    const { write, text, end } = await stream()
    write('\r\n\r\n')
    await waitUntil('the pong', () => (text() === '\r\n' ? true : undefined))
    end()
  })

  it('garbage closes the connection and nothing else', async () => {
    const { write, closed } = await stream()
    write('this is no SIP\r\nContent-Length: nine\r\n\r\n')
    await waitUntil('the close', () => (closed() ? true : undefined))
    expect(await box.healthy()).toBe(true)
  })
})
