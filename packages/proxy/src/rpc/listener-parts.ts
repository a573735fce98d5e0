/** `udp:127.0.0.1:5060` in its parts; IPv6 keeps its brackets. */
export function listenerParts(listener: string): { readonly proto: string; readonly host: string; readonly port: string } {
  const first = listener.indexOf(':')
  const last = listener.lastIndexOf(':')
  return { proto: listener.slice(0, first), host: listener.slice(first + 1, last), port: listener.slice(last + 1) }
}
