import { ByteWriter, parseMessage, SipMessage } from '@signalbox/sip'
import { describe, expect, it } from 'vitest'
import { BranchIds } from '../tm/branch-id.ts'
import { ANYBODY, ownerOf, ownerOfTopVia, ownerOfUser } from './owner-of.ts'

const WORKERS = 4
const encoder = new TextEncoder()

interface Parts {
  readonly method?: string
  readonly via?: string
  readonly callId?: string
  readonly to?: string
}

function request({
  method = 'INVITE',
  via = 'Via: SIP/2.0/UDP 10.0.0.2;branch=z9hG4bKx',
  callId = 'Call-ID: abc@host',
  to = '<sip:bob@b>',
}: Parts): string {
  return [
    `${method} sip:bob@example.com SIP/2.0`,
    via,
    'Max-Forwards: 70',
    'From: "Call-ID: no" <sip:a@b>;tag=1',
    `To: ${to}`,
    callId,
    `CSeq: 1 ${method}`,
    'Content-Length: 0',
    '',
    '',
  ].join('\r\n')
}

function reply(via: string): string {
  return `SIP/2.0 180 Ringing\r\n${via}\r\nVia: SIP/2.0/UDP 10.0.0.2;branch=z9hG4bKx\r\nCall-ID: abc\r\nCSeq: 1 INVITE\r\nContent-Length: 0\r\n\r\n`
}

/** Inside of a larger buffer, as in the sockets. */
function owner(text: string, workers = WORKERS): number {
  const bytes = encoder.encode(text)
  const buffer = new Uint8Array(bytes.length + 200).fill(0x41)
  buffer.set(bytes, 100)
  return ownerOf(buffer, 100, 100 + bytes.length, workers)
}

function branchOf(worker: number): string {
  const out = new ByteWriter(100)
  new BranchIds(worker, () => 0.5).write(out, { index: 0x1234, label: 99, slot: 7 }, 2)
  return Buffer.from(out.bytes.subarray(0, out.at)).toString('latin1')
}

describe('the thread that a request belongs to', () => {
  it('is the same for the INVITE, its CANCEL and ACK, and every later request of the call', () => {
    const threads = ['INVITE', 'CANCEL', 'ACK', 'BYE', 'PRACK', 'UPDATE', 'INFO'].map((method) => owner(request({ method })))
    expect(new Set(threads).size).toBe(1)
    expect(threads[0]).toBeGreaterThanOrEqual(0)
  })

  it.each([
    'Call-ID: abc@host',
    'i: abc@host',
    'I:abc@host',
    'CALL-ID :\tabc@host  ',
    'call-id:\r\n abc@host',
    'Subject: x\r\n Call-ID: wrong\r\ni : abc@host',
    'Call-Info: <http://x>\r\nCall-ID: abc@host',
  ])('does not depend on how the Call-ID is written: %j', (callId) => {
    const text = request({ callId })
    const message = new SipMessage()
    const bytes = encoder.encode(text)
    parseMessage(message, bytes, 0, bytes.length, 'datagram')
    expect(message.text(message.callIdStart, message.callIdEnd)).toBe('abc@host')
    expect(owner(text)).toBe(owner(request({})))
  })

  it.each([2, 3, 4, 7, 16, 64])('is any of %i alike', (workers) => {
    const counts = new Array<number>(workers).fill(0)
    for (let i = 0; i < 1000 * workers; i++) counts[owner(request({ callId: `Call-ID: ${i}-${i * 7919}@10.0.0.${i % 250}` }), workers)]++
    expect(Math.min(...counts)).toBeGreaterThan(800)
    expect(Math.max(...counts)).toBeLessThan(1200)
  })

  it('does not follow the buckets of the transaction table', () => {
    const threads = new Set<number>()
    for (let i = 0; i < 64; i++) threads.add(owner(request({ callId: `Call-ID: ${i << 4}` })))
    expect(threads.size).toBe(WORKERS)
  })

  it('is nobody without a Call-ID, or when the body begins before it', () => {
    expect(owner(request({ callId: 'Subject: x' }))).toBe(ANYBODY)
    expect(owner(request({ callId: 'Call-ID:' }))).toBe(ANYBODY)
    expect(owner(request({ callId: 'Content-Length: 12\r\n\r\nCall-ID: abc@host' }))).toBe(ANYBODY)
    expect(owner('INVITE')).toBe(ANYBODY)
    expect(owner('')).toBe(ANYBODY)
  })
})

describe('the thread that a REGISTER belongs to', () => {
  const register = (to: string, callId = 'Call-ID: 1') => owner(request({ method: 'REGISTER', to, callId }))

  it('is that of the address of record, whatever the Call-ID, the domain and the spelling', () => {
    const thread = ownerOfUser('alice', WORKERS)
    expect(register('<sip:alice@a>')).toBe(thread)
    expect(register('"<sip:bob@x>" <sips:%61lice@b:5070;x=y>', 'i: other')).toBe(thread)
    expect(register('sip:alice@c')).toBe(thread)
  })

  it('spreads users over the threads', () => {
    expect(new Set(Array.from({ length: 40 }, (_, i) => register(`<sip:${1000 + i}@a>`))).size).toBe(WORKERS)
  })

  it('is nobody when it names no user or is broken: whoever has it answers', () => {
    expect(register('<sip:example.com>')).toBe(ANYBODY)
    expect(register('<sip:alice')).toBe(ANYBODY)
  })

  it('goes by Call-ID when the method only looks like it: methods have case, RFC 3261 7.1', () => {
    expect(owner(request({ method: 'register' }))).toBe(owner(request({})))
    expect(owner(request({ method: 'REGISTERX' }))).toBe(owner(request({})))
  })
})

describe('the thread that a reply belongs to', () => {
  it.each([0, 1, 2, 3])('is the one that wrote our Via branch: %i', (worker) => {
    const branch = branchOf(worker)
    expect(owner(reply(`Via: SIP/2.0/UDP 10.0.0.1:5060;branch=${branch}`))).toBe(worker)
    expect(owner(reply(`v: SIP/2.0/TCP 10.0.0.1;rport=5060; BRANCH = ${branch.toUpperCase()};received=1.2.3.4, SIP/2.0/UDP x`))).toBe(
      worker,
    )
    expect(owner(reply(`Via: SIP / 2.0 / UDP 10.0.0.1\r\n ;branch=${branch}`))).toBe(worker)
  })

  it('is nobody when the branch is not of our form, or names a thread that there is not', () => {
    expect(owner(reply('Via: SIP/2.0/UDP 10.0.0.1;branch=z9hG4bKabc'))).toBe(ANYBODY)
    expect(owner(reply('Via: SIP/2.0/UDP 10.0.0.1'))).toBe(ANYBODY)
    expect(owner(reply(`Via: SIP/2.0/UDP 10.0.0.1;branch=${branchOf(9)}`))).toBe(ANYBODY)
  })

  it('tells from the request that we sent, too', () => {
    const bytes = encoder.encode(request({ via: `Via: SIP/2.0/TCP 10.0.0.1;branch=${branchOf(3)}` }))
    expect(ownerOfTopVia(bytes, 0, bytes.length, WORKERS)).toBe(3)
  })
})

describe('a look for the thread of a message', () => {
  /** Octets in the middle of others that must not be looked at; searches of the platform do not stop at the end of the message. */
  function guarded(text: string): { readonly bytes: Uint8Array; readonly start: number; readonly end: number } {
    const octets = encoder.encode(text)
    const start = 100
    const end = start + octets.length
    const place = new Uint8Array(end + 200).fill(0x41)
    place.set(octets, start)
    const bytes = new Proxy(place, {
      get: (target, key) => {
        if (!(Number(key) >= start && Number(key) < end)) throw new Error(`looked at ${String(key)}`)
        return target[Number(key)]
      },
    })
    return { bytes, start, end }
  }

  it.each([
    ['no line', '\x80\x08\xd5'.repeat(57)],
    ['one line', 'OPTIONS sip:a@b SIP/2.0\r\n'],
    ['no end of the last line', 'OPTIONS sip:a@b SIP/2.0\r\nX: y'],
    ['a folded Via at its end', 'SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP a\r\n'],
    ['a Via without end', 'SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP a;branch'],
    ['a colon at its end', 'OPTIONS sip:a@b SIP/2.0\r\ni'],
    ['nothing', ''],
  ])('ends with its octets, whatever lies behind them: %s', (_what, text) => {
    const { bytes, start, end } = guarded(text)
    expect(ownerOf(bytes, start, end, WORKERS)).toBe(ANYBODY)
  })
})
