/** A REGISTER that changes nothing, and the reply that says why. */
export class Rejection extends Error {
  override readonly name = 'Rejection'
  readonly status: number
  readonly reason: string
  /** Header lines for the reply, complete with CRLF. */
  readonly headers: string

  constructor(status: number, reason: string, headers = '') {
    super(`${status} ${reason}`)
    this.status = status
    this.reason = reason
    this.headers = headers
  }
}
