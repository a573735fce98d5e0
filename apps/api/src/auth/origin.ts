import { isLoopback } from '@signalbox/contract'

/** Pages may write and open sockets only to the address they came from; what sends no Origin is no page. */
export function isSameOrigin(origin: string | undefined, host: string | undefined): boolean {
  if (origin === undefined) return true
  return URL.canParse(origin) && host !== undefined && new URL(origin).host === host.toLowerCase()
}

/**
 * Whether a Host header names this machine. Without it a page could rebind its own name to 127.0.0.1 and would then be of
 * the same origin as the console.
 */
export function isLoopbackHost(host: string | undefined): boolean {
  const url = `http://${host ?? ''}/`
  if (host === undefined || !URL.canParse(url)) return false
  return isLoopback(new URL(url).hostname.replace(/^\[(.*)\]$/, '$1'))
}
