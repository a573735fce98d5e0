import { Method, methodName, TransportCode } from '@signalbox/sip'
import { logLevels, type LogLevelName } from '@signalbox/contract'
import { setRequestUri } from '../../forward/target-set.ts'
import { numberArgument, textArgument, type KsrEnvironment } from '../ksr-environment.ts'
import type { KsrModule } from '../ksr-module.ts'
import { coreFlags } from './core-flags.ts'
import { coreMyself } from './core-myself.ts'

/** Letters of is_method_in (script-reference 3.1). */
const methodLetters: Readonly<Record<string, number>> = {
  I: Method.INVITE,
  A: Method.ACK,
  B: Method.BYE,
  C: Method.CANCEL,
  M: Method.MESSAGE,
  R: Method.REGISTER,
  E: Method.PRACK,
  P: Method.PUBLISH,
  S: Method.SUBSCRIBE,
  N: Method.NOTIFY,
  O: Method.OPTIONS,
  F: Method.REFER,
  U: Method.UPDATE,
  K: Method.KDMQ,
  G: Method.GET,
  T: Method.POST,
  V: Method.PUT,
  D: Method.DELETE,
}

/** The functions directly under KSR. */
export function createCore(env: KsrEnvironment): KsrModule {
  return {
    ...coreLog(env),
    ...coreMethods(env),
    ...coreMyself(env),
    ...coreFlags(env),
    ...coreTransports(env),
    ...coreUris(env),
    ...coreReplies(env),
  }
}

function coreLog(env: KsrEnvironment): KsrModule {
  const { log } = env.services
  const at = (level: LogLevelName) => (text: string) => {
    if (log.enabled(logLevels[level])) log.at(logLevels[level], trimmed(String(text)))
  }
  const levels: Readonly<Record<string, LogLevelName>> = {
    dbg: 'debug',
    info: 'info',
    notice: 'notice',
    warn: 'warn',
    err: 'error',
    crit: 'critical',
    alert: 'alert',
  }
  return {
    dbg: at('debug'),
    info: at('info'),
    notice: at('notice'),
    warn: at('warn'),
    err: at('error'),
    crit: at('critical'),
    log(level: string, text: string): void {
      const number = logLevels[levels[level] ?? 'error']
      if (log.enabled(number)) log.at(number, trimmed(String(text)))
    },
  }
}

/** Scripts for Kamailio end their lines themselves. */
function trimmed(text: string): string {
  return text.endsWith('\n') ? text.slice(0, -1) : text
}

function coreMethods(env: KsrEnvironment): KsrModule {
  const is = (method: number) => () => {
    const { message } = env.current()
    return (message.isRequest ? message.method : message.cseqMethod) === method
  }
  return {
    is_INVITE: is(Method.INVITE),
    is_ACK: is(Method.ACK),
    is_BYE: is(Method.BYE),
    is_CANCEL: is(Method.CANCEL),
    is_REGISTER: is(Method.REGISTER),
    is_OPTIONS: is(Method.OPTIONS),
    is_SUBSCRIBE: is(Method.SUBSCRIBE),
    is_PUBLISH: is(Method.PUBLISH),
    is_NOTIFY: is(Method.NOTIFY),
    is_REFER: is(Method.REFER),
    is_INFO: is(Method.INFO),
    is_UPDATE: is(Method.UPDATE),
    is_PRACK: is(Method.PRACK),
    is_MESSAGE: is(Method.MESSAGE),
    is_KDMQ: is(Method.KDMQ),
    is_GET: is(Method.GET),
    is_POST: is(Method.POST),
    is_PUT: is(Method.PUT),
    is_DELETE: is(Method.DELETE),
    /** `INVITE`, or several with bars: `INVITE|ACK`. Unknown methods are compared by their text. */
    is_method(names: string): boolean {
      const { message } = env.current()
      const method = message.isRequest ? message.method : message.cseqMethod
      const name = method === Method.OTHER ? message.text(message.cseqMethodStart, message.cseqMethodEnd) : methodName(method)
      return textArgument(names, 'is_method').split('|').includes(name)
    },
    is_method_in(letters: string): boolean {
      const { message } = env.current()
      const method = message.isRequest ? message.method : message.cseqMethod
      for (let i = 0; i < letters.length; i++) if (methodLetters[letters[i]] === method) return true
      return false
    },
  }
}

function coreTransports(env: KsrEnvironment): KsrModule {
  const over =
    (...transports: readonly number[]) =>
    () =>
      transports.includes(env.current().source.transport)
  const family = (value: 4 | 6) => () => env.current().source.remote.family === value
  const { UDP, TCP, TLS, SCTP, WS, WSS } = TransportCode
  const letters: Readonly<Record<string, number>> = { E: SCTP, S: TLS, T: TCP, U: UDP, V: WSS, W: WS }
  return {
    is_UDP: over(UDP),
    is_TCP: over(TCP),
    is_TCPX: over(TCP, TLS, WS, WSS),
    is_TLS: over(TLS),
    is_WS: over(WS),
    is_WSS: over(WSS),
    is_WSX: over(WS, WSS),
    is_SCTP: over(SCTP),
    /** Letters as in is_method_in: E SCTP, S TLS, T TCP, U UDP, V WSS, W WS. */
    is_proto(names: string): boolean {
      const { transport } = env.current().source
      for (const letter of textArgument(names, 'is_proto').toUpperCase()) if (letters[letter] === transport) return true
      return false
    },
    is_IPv4: family(4),
    is_IPv6: family(6),
    is_src_port: (port: number) => env.current().source.remote.port === numberArgument(port, 'is_src_port'),
    is_dst_port: (port: number) => env.current().source.listener.port === numberArgument(port, 'is_dst_port'),
  }
}

function coreUris(env: KsrEnvironment): KsrModule {
  return {
    seturi(uri: string): boolean {
      setRequestUri(env.current(), textArgument(uri, 'seturi'))
      return true
    },
    setuser(user: string): boolean {
      const m = env.current()
      const uri = env.requestUri()
      if (!uri.isSip) return false
      const password = uri.password === '' ? '' : `:${uri.password}`
      const userinfo = user === '' ? '' : `${textArgument(user, 'setuser')}${password}@`
      setRequestUri(m, `${uri.scheme}:${userinfo}${uri.text(uri.view.hostStart, uri.view.end)}`)
      return true
    },
    /** The port goes with the old host. */
    sethost(host: string): boolean {
      const m = env.current()
      const uri = env.requestUri()
      if (!uri.isSip) return false
      const { start, hostStart, headersStart } = uri.view
      const headers = headersStart === -1 ? '' : `?${uri.headers}`
      setRequestUri(m, `${uri.text(start, hostStart)}${textArgument(host, 'sethost')}${uri.params}${headers}`)
      return true
    },
    setdsturi(uri: string): boolean {
      env.current().destinationUri = textArgument(uri, 'setdsturi')
      return true
    },
    resetdsturi(): boolean {
      env.current().destinationUri = ''
      return true
    },
    isdsturiset: () => env.current().destinationUri !== '',
  }
}

function coreReplies(env: KsrEnvironment): KsrModule {
  return {
    set_drop(): void {
      env.current().dropped = true
    },
    force_rport(): boolean {
      env.current().forceRport = true
      return true
    },
    /** Replies always leave on the connection of their request (RFC 3261 18.2.2) and never open one, so there is nothing to set. */
    set_reply_no_connect(): boolean {
      env.current()
      return true
    },
  }
}
