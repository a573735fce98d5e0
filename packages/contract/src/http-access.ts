/** A token travels in a header and in a WebSocket subprotocol: characters that both allow (RFC 6750 2.1, RFC 9110 5.6.2), and enough of them not to be guessed. */
const TOKEN = /^[A-Za-z0-9._~+-]{16,256}$/
/** What a token may be, for sentences that refuse one. */
export const TOKEN_RULE = '16 to 256 letters, digits or . _ ~ + -'

export function isToken(text: string): boolean {
  return TOKEN.test(text)
}

/**
 * Whether only this machine reaches a host to listen on: a literal loopback address (IPv6 without brackets) or localhost.
 * Any other name counts as open to the network, wherever it points to today.
 */
export function isLoopback(host: string): boolean {
  return host.toLowerCase() === 'localhost' || host === '::1' || /^127(?:\.\d{1,3}){3}$/.test(host)
}
