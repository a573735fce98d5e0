import { parseMessage, SipMessage, SipParseError } from '@signalbox/sip'
import { addressOfRecord } from '../registrar/address-of-record.ts'
import { workerOfBranch } from '../tm/branch-id.ts'

const LF = 0x0a
const CR = 0x0d
const COLON = 0x3a
const SEMICOLON = 0x3b
const EQUALS = 0x3d
const CALL_ID = ascii('call-id')
const REGISTER = ascii('REGISTER ')
const VIA = ascii('via')
const BRANCH = ascii('branch')
const REPLY = ascii('sip/')
/** Compact forms, RFC 3261 7.3.3. */
const COMPACT_CALL_ID = 0x69
const COMPACT_VIA = 0x76

/** The message belongs to no thread in particular: it is handled where it came in. */
export const ANYBODY = -1

const register = new SipMessage()

/**
 * The SIP thread that a message belongs to, of `workers`, or ANYBODY. One thread has everything with the same Call-ID: a request,
 * its retransmissions, CANCEL and ACK and the later requests of the call, from whatever port or connection they come. A reply goes
 * where our Via branch says. A REGISTER goes by its address of record, so that one thread alone decides about its bindings.
 */
export function ownerOf(bytes: Uint8Array, start: number, end: number, workers: number): number {
  if (startsWith(bytes, start, end, REPLY)) return ownerOfTopVia(bytes, start, end, workers)
  return ownerByCallId(bytes, start, end, workers)
}

/** The same without a look at our Via branch: for replies to requests that were received, the Call-ID tells as well. */
export function ownerByCallId(bytes: Uint8Array, start: number, end: number, workers: number): number {
  if (isRegister(bytes, start, end)) return registerOwner(bytes, start, end, workers)
  const at = valueOf(bytes, start, end, CALL_ID, COMPACT_CALL_ID)
  if (at < 0) return ANYBODY
  let hash = 0x811c9dc5
  let i = at
  for (; i < end && bytes[i] > 0x20; i++) hash = Math.imul(hash ^ bytes[i], 0x01000193)
  return i === at ? ANYBODY : share(hash, workers)
}

/** The SIP thread that writes the bindings of this user, whatever the domain. */
export function ownerOfUser(user: string, workers: number): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < user.length; i++) hash = Math.imul(hash ^ user.charCodeAt(i), 0x01000193)
  return share(hash, workers)
}

/** The upper bits, mixed: the buckets of a thread's own table come from a hash of the same text. */
function share(hash: number, workers: number): number {
  const mixed = Math.imul(hash ^ (hash >>> 16), 0x7feb352d) >>> 8
  return Math.floor((mixed * workers) / 0x100_0000)
}

/** The SIP thread that wrote the top Via of a message, which is ours; ANYBODY for other forms of branches. */
export function ownerOfTopVia(bytes: Uint8Array, start: number, end: number, workers: number): number {
  const at = valueOf(bytes, start, end, VIA, COMPACT_VIA)
  if (at < 0) return ANYBODY
  const stop = lineEnd(bytes, at, end)
  for (let i = at; i < stop; i++) {
    if (bytes[i] !== SEMICOLON) continue
    i = skipSpace(bytes, i + 1, stop)
    if (!startsWith(bytes, i, stop, BRANCH)) continue
    const sign = skipSpace(bytes, i + BRANCH.length, stop)
    if (sign >= stop || bytes[sign] !== EQUALS) continue
    const worker = workerOfBranch(bytes, skipSpace(bytes, sign + 1, stop), stop)
    return worker < workers ? worker : ANYBODY
  }
  return ANYBODY
}

/** Methods have case (RFC 3261 7.1). */
function isRegister(bytes: Uint8Array, start: number, end: number): boolean {
  if (start + REGISTER.length > end) return false
  for (let i = 0; i < REGISTER.length; i++) if (bytes[start + i] !== REGISTER[i]) return false
  return true
}

/** By its user alone: with or without domain, spellings of the same address of record share it. */
function registerOwner(bytes: Uint8Array, start: number, end: number, workers: number): number {
  try {
    parseMessage(register, bytes, start, end, 'stream')
    const user = addressOfRecord(bytes, register.to.uriStart, register.to.uriEnd, false)
    return user === null ? ANYBODY : ownerOfUser(user, workers)
  } catch (error) {
    // Whoever has it answers with what is wrong.
    if (error instanceof SipParseError) return ANYBODY
    throw error
  }
}

/** Offset of the value of the first header line of that name, without the space before it; -1 when there is none. */
function valueOf(bytes: Uint8Array, start: number, end: number, name: Uint8Array, compact: number): number {
  let at = start
  for (;;) {
    const lf = lineFeed(bytes, at, end)
    if (lf < 0 || lf + 1 >= end || bytes[lf + 1] === CR) return -1
    at = lf + 1
    const first = bytes[at] | 0x20
    const after = first === name[0] && startsWith(bytes, at, end, name) ? at + name.length : first === compact ? at + 1 : -1
    if (after < 0) continue
    const colon = skipSpace(bytes, after, end)
    if (colon < end && bytes[colon] === COLON) return skipSpace(bytes, colon + 1, end)
  }
}

/** A line goes on where the next one begins with space (RFC 3261 7.3.1). */
function lineEnd(bytes: Uint8Array, start: number, end: number): number {
  let at = start
  for (;;) {
    const lf = lineFeed(bytes, at, end)
    if (lf < 0 || lf + 1 >= end) return end
    if (bytes[lf + 1] !== 0x20 && bytes[lf + 1] !== 0x09) return lf
    at = lf + 1
  }
}

/** Offset of the next LF, -1 when there is none; indexOf would go on into the places of other datagrams, through megabytes. */
function lineFeed(bytes: Uint8Array, start: number, end: number): number {
  for (let at = start; at < end; at++) if (bytes[at] === LF) return at
  return -1
}

/** Linear whitespace, folds included. A CRLF that ends the line is skipped only with the space that follows. */
function skipSpace(bytes: Uint8Array, start: number, end: number): number {
  let at = start
  for (; at < end; at++) {
    const octet = bytes[at]
    if (octet === 0x20 || octet === 0x09) continue
    if (octet !== CR || at + 2 >= end || bytes[at + 1] !== LF || (bytes[at + 2] !== 0x20 && bytes[at + 2] !== 0x09)) break
    at += 2
  }
  return at
}

/** `text` in lower case. */
function startsWith(bytes: Uint8Array, start: number, end: number, text: Uint8Array): boolean {
  if (start + text.length > end) return false
  for (let i = 0; i < text.length; i++) if ((bytes[start + i] | 0x20) !== text[i]) return false
  return true
}

function ascii(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0))
}
