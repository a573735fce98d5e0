import { Buffer } from 'node:buffer'
import { randomInt } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { connect, isIPv6 } from 'node:net'
import { encodeQuery, readAnswer, type DnsQuestion, type DnsVerdict } from './dns-message.ts'
import type { NameServer } from './resolv-conf.ts'

const IDS = 65_536
const LENGTH_OCTETS = 2
const USELESS: DnsVerdict = { kind: 'useless' }

/** A way of carrying the query; `done` is called once, with what a server that does not answer says, too. */
type Carry = (server: NameServer, exchange: Exchange, done: (verdict: DnsVerdict) => void) => void

interface Exchange {
  readonly question: DnsQuestion
  readonly query: Buffer
  readonly timeoutMs: number
}

/**
 * Asks one server one question, over UDP and, when the answer does not fit a datagram, over TCP (RFC 7766 5). Each question has an
 * id and a port of its own, drawn at random, and whatever does not answer it is ignored (RFC 5452 9). `done` is called once, later.
 */
export function queryNameServer(server: NameServer, question: DnsQuestion, timeoutMs: number, done: (verdict: DnsVerdict) => void): void {
  const exchange = { question, query: encodeQuery(randomInt(IDS), question), timeoutMs }
  overUdp(server, exchange, (verdict) => {
    if (verdict.kind === 'truncated') overTcp(server, exchange, done)
    else done(verdict)
  })
}

const overUdp: Carry = (server, { question, query, timeoutMs }, done) => {
  const socket = createSocket(isIPv6(server.address) ? 'udp6' : 'udp4')
  const end = once((verdict: DnsVerdict) => {
    clearTimeout(timer)
    socket.close()
    done(verdict)
  })
  const timer = setTimeout(() => end(USELESS), timeoutMs).unref()
  socket.unref()
  socket.on('error', () => end(USELESS))
  socket.on('message', (bytes) => {
    const verdict = readAnswer(bytes, query, question)
    if (verdict !== null) end(verdict)
  })
  // Connected: the system hands over what that server sends, and tells at once when nobody listens there.
  socket.on('connect', () => socket.send(query))
  socket.connect(server.port, server.address)
}

const overTcp: Carry = (server, { question, query, timeoutMs }, done) => {
  const socket = connect({ port: server.port, host: server.address })
  const end = once((verdict: DnsVerdict) => {
    clearTimeout(timer)
    socket.destroy()
    done(verdict)
  })
  const timer = setTimeout(() => end(USELESS), timeoutMs).unref()
  socket.unref()
  const length = Buffer.alloc(LENGTH_OCTETS)
  length.writeUInt16BE(query.length)
  socket.write(Buffer.concat([length, query]))
  let received = Buffer.alloc(0)
  socket.on('error', () => end(USELESS))
  socket.on('close', () => end(USELESS))
  socket.on('data', (chunk: Buffer) => {
    received = Buffer.concat([received, chunk])
    if (received.length < LENGTH_OCTETS) return
    const whole = LENGTH_OCTETS + received.readUInt16BE(0)
    if (received.length < whole) return
    const verdict = readAnswer(received.subarray(LENGTH_OCTETS, whole), query, question)
    end(verdict === null || verdict.kind === 'truncated' ? USELESS : verdict)
  })
}

function once(work: (verdict: DnsVerdict) => void): (verdict: DnsVerdict) => void {
  let open = true
  return (verdict) => {
    if (!open) return
    open = false
    work(verdict)
  }
}
