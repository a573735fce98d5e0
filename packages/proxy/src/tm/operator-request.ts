import { nextHopOf, nextHopOfProxy } from '../forward/next-hop.ts'
import type { Listener } from '../transport/transport.ts'
import { headerLines, headerName, wrongHeaderLine } from './header-lines.ts'
import { remoteTarget, routeSet } from './local-ack.ts'
import type { LocalCompleted, LocalOutcome } from './local-outcome.ts'
import type { LocalRequest } from './local-request.ts'
import { TmError } from './tm-error.ts'

/** A request that an operator wants sent (tm.t_uac_*, tm-reference 12). */
export interface OperatorRequest {
  readonly method: string
  readonly uri: string
  /** '', or a SIP URI or `[proto:]host[:port]`. */
  readonly nextHop: string
  /** '', or `[proto:]host[:port]` of a listener. */
  readonly socket: string
  /** Header lines, From and To among them. */
  readonly headers: string
  readonly body: string | Uint8Array
  readonly noAck: boolean
  /** 0: the parameter's value, ms. */
  readonly frTimer: number
  readonly frInvTimer: number
}

/** How it ended, in texts that outlive the reply. */
export interface OperatorOutcome {
  readonly status: number
  readonly reason: string
  /** The rest is '' when nobody answered. Where further requests of a dialog go: the Contact of a 2xx, else the Request-URI. */
  readonly uri: string
  /** The first of the route, or the same as `uri`. */
  readonly nextHop: string
  /** `Route: ...` for further requests in the dialog that the reply opened. */
  readonly route: string
  readonly headers: string
}

/** Why nothing was sent. */
export interface OperatorRefusal {
  readonly code: number
  readonly message: string
}

const TOKEN = /^[\w\-.!%*+`'~]+$/

/** Checks the request and hands it to `start`. Null: it is on its way, and `done` is told how it ends. */
export function startOperatorRequest(
  request: OperatorRequest,
  listeners: readonly Listener[],
  start: (request: LocalRequest, done: LocalCompleted) => number,
  done: (outcome: OperatorOutcome) => void,
): OperatorRefusal | null {
  const wrong = whatIsWrong(request)
  if (wrong !== null) return { code: 400, message: wrong }
  const listener = request.socket === '' ? null : findListener(listeners, request.socket)
  if (request.socket !== '' && listener === null) return { code: 400, message: `No local socket for "${request.socket}"` }
  const { method, uri, nextHop, headers, body, noAck, frTimer, frInvTimer } = request
  const result = start({ method, uri, nextHop, listener, headers, body, noAck, frTimer, frInvTimer }, (outcome) => {
    if (outcome.status >= 200) done(outcomeOf(outcome))
  })
  return result > 0 ? null : refusalOf(result, request)
}

function whatIsWrong({ method, uri, nextHop, headers }: OperatorRequest): string | null {
  if (!TOKEN.test(method)) return 'Invalid method'
  if (method === 'ACK' || method === 'CANCEL') return `Invalid method: ${method} has no transaction of its own`
  if (!/^[A-Za-z][\w+.-]*:[\x21-\x7e]+$/.test(uri)) return `Invalid request uri "${uri}"`
  if (nextHop === '' && nextHopOf(uri) === null) return `Invalid request uri "${uri}": it does not say where to send to; give a nexthop`
  if (nextHop !== '' && nextHopOf(nextHop) === null && nextHopOfProxy(nextHop) === null) return `Invalid next-hop uri "${nextHop}"`
  return wrongHeaders(headers)
}

function wrongHeaders(headers: string): string | null {
  const lines = headerLines(headers)
  const wrong = wrongHeaderLine(lines)
  if (wrong !== null) return wrong
  const names = new Set(lines.map((line) => headerName(line)))
  if (!names.has('from') && !names.has('f')) return 'From missing'
  return names.has('to') || names.has('t') ? null : 'To missing'
}

function findListener(listeners: readonly Listener[], socket: string): Listener | null {
  const wanted = nextHopOfProxy(socket)
  if (wanted === null) return null
  const { transport, host, port } = wanted
  return listeners.find((one) => one.transport === transport && one.address === host && one.port === port) ?? null
}

function refusalOf(error: number, { uri, nextHop }: OperatorRequest): OperatorRefusal {
  const place = nextHop === '' ? uri : nextHop
  if (error === TmError.BAD_REQUEST) return { code: 400, message: 'The request would be no SIP message, or one that is too long' }
  if (error === TmError.BAD_ADDRESS) return { code: 478, message: `Unresolvable destination: ${place}` }
  if (error === TmError.SEND) return { code: 477, message: `Sending to ${place} failed` }
  if (error === TmError.NO_SOCKET) return { code: 500, message: `No listener of ours reaches ${place}` }
  return { code: 500, message: `The request could not be sent (${error})` }
}

function outcomeOf({ status, reason, reply, uri }: LocalOutcome): OperatorOutcome {
  if (reply === null) return { status, reason, uri: '', nextHop: '', route: '', headers: '' }
  const target = (status < 300 ? remoteTarget(reply) : null) ?? uri
  const routes = routeSet(reply)
  const headers = `${reply.text(reply.lineStart[0], reply.headersEnd)}\r\n`
  return { status, reason, uri: target, nextHop: routes[0] ?? target, route: routeLine(routes), headers }
}

function routeLine(routes: readonly string[]): string {
  return routes.length === 0 ? '' : `Route: ${routes.map((uri) => `<${uri}>`).join(', ')}`
}
