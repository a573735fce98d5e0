/** The peer sent octets that break the grammar, or more of them than the limits allow. */
export class SipParseError extends Error {
  override readonly name = 'SipParseError'
  /** The rule broken, named as in RFC 3261 section 25. */
  readonly rule: string
  /** Octets from the start of the message; from the start of the buffer for single values. */
  readonly offset: number
  /** Status code that fits a reply, if one can be sent at all. */
  readonly status: number

  constructor(rule: string, offset: number, status = 400) {
    super(`Bad ${rule} at octet ${offset}`)
    this.rule = rule
    this.offset = offset
    this.status = status
  }
}
