import { Op, SocketFilter } from './socket-filter.ts'

/*
 * The rule of ownerOf for the kernel, as far as its small machine can tell: it chooses the socket among those that share a port.
 * The threads check each message again and hand over what it got wrong, so it may leave out all that is rare: other spellings of
 * Call-ID, long ones, REGISTER.
 */

/** Not the number of any socket: the kernel chooses by the addresses. */
const ANYBODY = 0xffff_ffff
/** Octets of a message that are searched, and of a Call-ID that are hashed. */
const REQUEST_END = 800
const REPLY_END = 280
const LONGEST_CALL_ID = 80
/** Before these no header can begin: `ACK sip:a SIP/2.0`, `SIP/2.0 200 `. */
const REQUEST_START = 16
const REPLY_START = 12
/** Cells. */
const BASE = 0
const VALUE = 1
const SPACE = 0x20
const DOT = 0x2e
const NINE = 0x39

/** A program for SO_ATTACH_REUSEPORT_CBPF: the number of the thread, 256 at most, that a datagram belongs to. */
export function steeringProgram(workers: number): ArrayBuffer {
  const filter = new SocketFilter()
  const reply = filter.add(Op.WORD, 0).add(Op.IF_EQUAL, wordOf('SIP/'), 0, 1).jump()
  search(filter, 'Call-ID:', REQUEST_START, REQUEST_END)
  hashCallId(filter, workers)
  filter.land([reply])
  search(filter, 'z9hG4bK', REPLY_START, REPLY_END)
  readBranch(filter)
  return filter.encode()
}

function wordOf(text: string): number {
  return text.charCodeAt(0) * 0x100_0000 + (text.charCodeAt(1) << 16) + (text.charCodeAt(2) << 8) + text.charCodeAt(3)
}

/** X becomes the offset of the text, seven octets at least. Of every four octets one word is looked at: it has one of four parts of it. */
function search(filter: SocketFilter, text: string, start: number, end: number): void {
  const parts = [0, 1, 2, 3].map((at) => wordOf(text.slice(at)))
  const found: number[] = []
  for (let offset = start; offset < end; offset += 4) {
    filter.add(Op.WORD, offset).add(Op.IF_EQUAL, parts[0], 3).add(Op.IF_EQUAL, parts[1], 2).add(Op.IF_EQUAL, parts[2], 1)
    filter.add(Op.IF_EQUAL, parts[3], 0, 2).add(Op.SET_INDEX, offset)
    found.push(filter.jump())
  }
  filter.add(Op.RETURN, ANYBODY).land(found)
  const ends: number[] = []
  for (let at = 0; at < 4; at++) {
    filter.add(Op.IF_EQUAL, parts[at], 0, 4).add(Op.FROM_INDEX).add(Op.SUBTRACT, at).add(Op.TO_INDEX)
    ends.push(filter.jump())
  }
  filter.land(ends).add(Op.WORD_AFTER, 0).add(Op.IF_EQUAL, parts[0], 1).add(Op.RETURN, ANYBODY)
}

/** X is where `Call-ID:` begins. The same numbers as in ownerByCallId. */
function hashCallId(filter: SocketFilter, workers: number): void {
  filter.add(Op.WORD_AFTER, 4).add(Op.IF_EQUAL, wordOf('-ID:'), 1).add(Op.RETURN, ANYBODY)
  filter.add(Op.OCTET_AFTER, 8).add(Op.IF_EQUAL, SPACE, 0, 3)
  filter.add(Op.FROM_INDEX).add(Op.ADD, 1).add(Op.TO_INDEX)
  filter.add(Op.STORE_INDEX, BASE).add(Op.SET, 0x811c9dc5).add(Op.STORE, VALUE)
  const ends: number[] = []
  for (let i = 0; i < LONGEST_CALL_ID; i++) {
    filter.add(Op.OCTET_AFTER, 8 + i).add(Op.IF_GREATER, SPACE, 1)
    ends.push(filter.jump())
    filter.add(Op.TO_INDEX).add(Op.LOAD, VALUE).add(Op.XOR_INDEX).add(Op.MULTIPLY, 0x01000193).add(Op.STORE, VALUE)
    filter.add(Op.LOAD_INDEX, BASE)
  }
  filter.add(Op.RETURN, ANYBODY).land(ends)
  filter.add(Op.LOAD, VALUE).add(Op.SHIFT_RIGHT, 16).add(Op.TO_INDEX).add(Op.LOAD, VALUE).add(Op.XOR_INDEX)
  filter.add(Op.MULTIPLY, 0x7feb352d).add(Op.SHIFT_RIGHT, 8).add(Op.MULTIPLY, workers).add(Op.SHIFT_RIGHT, 24).add(Op.RETURN_RESULT)
}

/** X is where a branch begins: cookie, one to four digits, a dot, and two digits of the thread (branch-id.ts). */
function readBranch(filter: SocketFilter): void {
  const found: number[] = []
  for (let digits = 1; digits <= 4; digits++) {
    const dot = 7 + digits
    filter.add(Op.OCTET_AFTER, dot).add(Op.IF_EQUAL, DOT, 0, 4)
    filter.add(Op.FROM_INDEX).add(Op.ADD, dot).add(Op.TO_INDEX)
    found.push(filter.jump())
  }
  filter.add(Op.RETURN, ANYBODY).land(found)
  readDigit(filter, 1)
  filter.add(Op.SHIFT_LEFT, 4).add(Op.STORE, VALUE)
  readDigit(filter, 2)
  filter.add(Op.LOAD_INDEX, VALUE).add(Op.ADD_INDEX).add(Op.RETURN_RESULT)
}

/** A becomes the value of a hexadecimal digit. */
function readDigit(filter: SocketFilter, at: number): void {
  filter.add(Op.OCTET_AFTER, at).add(Op.IF_GREATER, NINE, 0, 1).add(Op.ADD, 9).add(Op.AND, 15)
}
