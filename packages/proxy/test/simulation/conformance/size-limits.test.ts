import { describe, expect, it } from 'vitest'
import { addresses } from '../scripted-dns.ts'
import type { TextMessage } from '../text-message.ts'
import { Scene, type SceneOptions } from './scene.ts'

/** The largest payload of a UDP datagram over IPv4, in octets. */
const LARGEST_DATAGRAM = 65_507

/** `text` with so long a branch in its Via that it has `length` octets. */
function padded(text: string, length: number): string {
  return text.replace(';branch=', `;pad=${'p'.repeat(length - text.length - ';pad='.length)};branch=`)
}

/** The caller sends a request of so many octets, nearly all of them Via. */
function sendLong(scene: Scene, method: string, length: number): void {
  const { text } = scene.caller.request('10.9.9.9:1', { method, uri: 'sip:bob@10.0.0.1' })
  scene.caller.send(scene.proxy.address, padded(text, length))
  scene.run()
}

/** Adds so many octets to every request, then relays it. */
function growing(octets: number): NonNullable<SceneOptions['request']> {
  return (m, { transactions }) => {
    m.edits.insert(m.message.headersEnd, `X-More: ${'x'.repeat(octets)}\r\n`)
    transactions.relay(m, 0, '')
  }
}

describe('requests as large as a datagram can be, RFC 3261 18.1.1', () => {
  it.each([65_400, 65_450, LARGEST_DATAGRAM])('a broken one of %i octets is answered, however much the answer is longer', (length) => {
    const scene = new Scene()
    const lines = ['OPTIONS sip:b SIP/2.0', 'Via: SIP/2.0/UDP 10.0.0.2;branch=z9hG4bKa', 'From: <sip:a>;tag=1', 'To: <sip:b>', 'Call-ID: 1']
    scene.caller.send(scene.proxy.address, padded([...lines, 'CSeq: 1 FOO', '', ''].join('\r\n'), length))
    scene.run()
    expect(scene.caller.received.map(({ status }) => status)).toEqual([400])
  })

  it.each(['INVITE', 'MESSAGE'])('a %s is relayed with what the proxy adds to it', (method) => {
    const scene = new Scene()
    sendLong(scene, method, LARGEST_DATAGRAM)
    expect(scene.phone.requests(method)).toHaveLength(1)
    expect(scene.leftovers()).toEqual({})
  })

  it.each(['INVITE', 'MESSAGE'])('a %s that a script makes too long: 513, and nothing is left', (method) => {
    const scene = new Scene({ request: growing(5000) })
    sendLong(scene, method, LARGEST_DATAGRAM)
    expect(scene.phone.received).toEqual([])
    expect(scene.codes(method).at(-1)).toBe(513)
    expect(scene.leftovers()).toEqual({})
  })

  it('one that its branch route makes too long goes to the other branches, RFC 3261 16.6', () => {
    const scene: Scene = new Scene({
      phones: 2,
      request: (m, { transactions }) => {
        transactions.armBranch(m, 'b')
        scene.proxy.fork(m, scene.proxy.targets)
        transactions.relay(m, 0, '')
      },
      branch: (_name, m) => {
        if (m.currentUri() === scene.proxy.targets[0]) m.edits.insert(m.message.headersEnd, `X-More: ${'x'.repeat(70_000)}\r\n`)
        return true
      },
    })
    scene.invite()
    scene.answer(200, { from: 1 })
    expect(scene.phones[0].received).toEqual([])
    expect(scene.codes()).toEqual([100, 200])
    expect(scene.leftovers()).toEqual({})
  })

  it('one that its failure route makes too long: the caller gets the best reply there is, RFC 3261 16.7', () => {
    const scene: Scene = new Scene({
      request: (m, { transactions }) => {
        transactions.armFailure(m, 'f')
        scene.proxy.fork(m, scene.proxy.targets)
        transactions.relay(m, 0, '')
      },
      failure: (_name, m, services) => {
        m.requestUriConsumed = false
        growing(30_000)(m, services)
      },
    })
    sendLong(scene, 'INVITE', 40_000)
    scene.answer(486)
    expect(scene.codes()).toEqual([100, 486])
    expect(scene.leftovers()).toEqual({})
  })

  it('one that is too long once its next hop has an address: 513', () => {
    const scene: Scene = new Scene({
      names: { 'bob.example': '10.0.1.0' },
      request: (m, services) => {
        m.requestUri = 'sip:bob@bob.example'
        growing(5000)(m, services)
      },
    })
    sendLong(scene, 'MESSAGE', LARGEST_DATAGRAM)
    expect(scene.codes('MESSAGE')).toEqual([513])
    expect(scene.leftovers()).toEqual({})
  })
})

describe('replies that their route makes too long, RFC 3261 16.7', () => {
  it.each([180, 200, 486])('a %i goes upstream as it came', (code) => {
    const scene: Scene = new Scene({
      request: (m, { transactions }) => {
        transactions.armReply(m, 'r')
        scene.proxy.fork(m, scene.proxy.targets)
        transactions.relay(m, 0, '')
      },
      reply: (_name, m) => {
        m.edits.insert(m.message.headersEnd, `X-More: ${'x'.repeat(70_000)}\r\n`)
        return true
      },
    })
    scene.invite()
    scene.answer(code)
    expect(scene.codes()).toEqual([100, code])
    expect(scene.caller.last('INVITE').all('Via')).toHaveLength(1)
    expect(scene.caller.last('INVITE').all('X-More')).toEqual([])
    expect(scene.leftovers()).toEqual({})
  })
})

describe('a request of 256 header lines, which is as many as are accepted', () => {
  /** What Agent.request writes has eight. */
  const headers = Array.from({ length: 248 }, (_, i) => `X-${i}: 1`)

  const relayed = (options: SceneOptions = {}): { readonly scene: Scene; readonly invite: TextMessage } => {
    const scene = new Scene(options)
    return { scene, invite: scene.invite({ headers }) }
  }

  it('257 are refused', () => {
    const scene = new Scene()
    scene.invite({ headers: [...headers, 'X-More: 1'] })
    expect(scene.codes()).toEqual([513])
  })

  it('MUST acknowledge and relay its negative reply, RFC 3261 17.1.1.3', () => {
    const { scene, invite } = relayed()
    scene.answer(486)
    scene.ack(invite)
    expect(scene.codes()).toEqual([100, 486])
    expect(scene.phone.requests('ACK')).toHaveLength(1)
    expect(scene.leftovers()).toEqual({})
  })

  it('is cancelled, RFC 3261 16.10', () => {
    const { scene, invite } = relayed()
    scene.answer(180)
    scene.cancel(invite)
    expect(scene.phone.requests('CANCEL')).toHaveLength(1)
    scene.answer(487)
    expect(scene.codes()).toEqual([100, 180, 487])
    expect(scene.leftovers()).toEqual({})
  })

  it('is cancelled when it rings for too long, RFC 3261 16.8', () => {
    const { scene } = relayed({ params: { fr_inv_timer: 1000 } })
    scene.answer(180)
    scene.run(1200)
    expect(scene.phone.requests('CANCEL')).toHaveLength(1)
    expect(scene.codes()).toEqual([100, 180, 408])
    expect(scene.leftovers()).toEqual({})
  })

  it.each([0, 1])('goes to the next address, RFC 3263 4.3, reparse_on_dns_failover %i', (reparse) => {
    const scene: Scene = new Scene({
      phones: 2,
      dns: { 'A bob.example': addresses(60, '10.0.1.0', '10.0.1.1') },
      core: { use_dns_failover: 1 },
      params: { reparse_on_dns_failover: reparse },
      request: (m, { transactions }) => {
        m.requestUri = 'sip:bob@bob.example'
        transactions.relay(m, 0, '')
      },
    })
    scene.invite({ headers })
    scene.run()
    scene.answer(503)
    scene.answer(200, { from: 1 })
    expect(scene.codes()).toEqual([100, 200])
  })
})
