/**
 * Where each counter of a SIP thread lies in its Float64Array over a SharedArrayBuffer: the SIP thread adds, the control
 * thread reads without asking (aligned doubles do not tear).
 */
export const Counter = {
  /** tm-reference 11. `current` is total - deleted. */
  tmTotal: 0,
  tmTotalLocal: 1,
  tmDeleted: 2,
  tmWaiting: 3,
  tmRplReceived: 4,
  tmRplGenerated: 5,
  tmRplSent: 6,
  tm2xx: 7,
  tm3xx: 8,
  tm4xx: 9,
  tm5xx: 10,
  tm6xx: 11,
  tmCreated: 12,
  tmFreed: 13,
  tmDelayedFree: 14,
  /** Retransmissions sent by us: requests (timers A, E) and replies (timer G, resent on a retransmitted request). */
  requestRetransmissions: 15,
  replyRetransmissions: 16,
  /** Retransmissions received and absorbed by a transaction. */
  requestsAbsorbed: 17,
  repliesAbsorbed: 18,
  /** Final-response timeouts of branches; of INVITE branches among them. */
  timeouts: 19,
  inviteTimeouts: 20,
  /** Bytes that were no SIP message, requests refused by the core checks, replies without a transaction. */
  parseErrors: 21,
  badRequests: 22,
  strayReplies: 23,
  sendErrors: 24,
  /** sl: ACKs to stateless replies absorbed, replies that could not be sent. */
  slAcks: 25,
  slFailures: 26,
  scriptErrors: 27,
  eventsLost: 28,
  registrations: 29,
  acceptedRegs: 30,
  rejectedRegs: 31,
  /** Datagrams or stream chunks and bytes as the sockets saw them. */
  bytesReceived: 32,
  bytesSent: 33,
  /** Transactions found older than their longest legal life. */
  overdueTransactions: 34,
  keepalives: 35,
  /** Messages handed to another SIP thread, and those that found no room there. */
  messagesPassed: 36,
  messagesNotPassed: 37,
  /** Questions asked of DNS, those that nobody could answer, and those that the cache answered: with records, with "there are none". */
  dnsLookups: 38,
  dnsFailures: 39,
  dnsHits: 40,
  dnsNegativeHits: 41,
  /** Branches made because the address before had failed. */
  dnsFailovers: 42,
  /** Times that a destination was put on the blocklist; requests not sent because theirs stands there. */
  blocklistings: 43,
  blockedSends: 44,
  /** Transactions that have been suspended, and those that are. */
  suspensions: 45,
  suspended: 46,
  /** New requests refused because the thread was saturated; 1 while it is. */
  overloadRefused: 47,
  overloaded: 48,
  /** Requests refused because transaction_mem was used up; octets of the stored messages. */
  memoryRefused: 49,
  transactionMemory: 50,
} as const

export const Direction = { RECEIVED: 0, SENT: 1 } as const

const TRANSPORTS = 7
const METHODS = 20
const CODES = 600
const REQUESTS = 64
const RESPONSES = REQUESTS + 2 * TRANSPORTS * METHODS
const SL_REPLIES = RESPONSES + 2 * TRANSPORTS * CODES

/** Number of doubles that one SIP thread needs. */
export const COUNTERS = SL_REPLIES + CODES

/** `transport`: TransportCode; `method`: Method bit. */
export function requestCounter(direction: number, transport: number, method: number): number {
  return REQUESTS + (direction * TRANSPORTS + transport) * METHODS + (31 - Math.clz32(method))
}

/** `code`: 100 to 699. */
export function responseCounter(direction: number, transport: number, code: number): number {
  return RESPONSES + (direction * TRANSPORTS + transport) * CODES + (code - 100)
}

export function slReplyCounter(code: number): number {
  return SL_REPLIES + (code - 100)
}

/** The counters of one SIP thread; `shared` may be a SharedArrayBuffer. */
export function createCounters(shared: SharedArrayBuffer | ArrayBuffer = new ArrayBuffer(COUNTERS * 8)): Float64Array {
  return new Float64Array(shared, 0, COUNTERS)
}
