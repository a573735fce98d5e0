/** Flags of a transaction, with the bits that `tm.list` prints (tm-reference 12). */
export const TransactionFlag = {
  INVITE: 1,
  LOCAL: 2,
  NOISY: 4,
  CANCELLED: 8,
  GLOBAL_FAILURE: 16,
  /** wt_timer has ended, but something still needs the transaction. */
  AGONY: 32,
  AUTO_100: 64,
  NO_AUTO_ACK: 128,
  DISABLE_6XX: 256,
  DISABLE_FAILOVER: 512,
  NO_E2E_CANCEL_REASON: 1024,
  PASS_PROVISIONAL: 2048,
  ASYNC_CONTINUE: 4096,
  NO_INTERNAL_REPLY: 8192,
  ADMIN_REPLY: 16_384,
  SUSPENDED: 32_768,
  /** A 2xx to INVITE was made here: it is retransmitted until its ACK (RFC 3261 13.3.1.4). */
  LOCAL_2XX: 65_536,
  /** A route or relay() is at work: completion is decided when it ends. */
  IN_ROUTE: 131_072,
  REPLICATED: 262_144,
  /** On the wait list. */
  WAITING: 524_288,
  /** The ACK to its 2xx has passed. */
  ACKNOWLEDGED: 1_048_576,
} as const
