import { HeaderId, transportName } from '@signalbox/sip'
import { socketName } from '../../registrar/socket-name.ts'
import { headerLines } from '../modules/header-lines.ts'
import type { KsrEnvironment } from '../ksr-environment.ts'
import { addressVariables } from './address-variables.ts'
import { branchAccess } from './branch-variable.ts'
import type { PvAccess, PvDefinition } from './pv-definition.ts'
import type { PvSpec } from './pv-spec.ts'
import type { PvValue } from './pv-value.ts'

/** Variables that read the message at hand, and the ones that steer where it goes. */
export function messageVariables(env: KsrEnvironment): ReadonlyMap<string, PvDefinition> {
  return new Map<string, PvDefinition>([
    ...addressVariables(env),
    ...readOnly(startLine(env)),
    ...readOnly(headers(env)),
    ...readOnly(network(env)),
    ['hdr', (spec) => (spec.inner === '' ? null : { get: () => headerValue(env, spec) })],
    ['hdrc', (spec) => (spec.inner === '' ? null : { get: () => headerLines(env.current().message, spec.inner).length })],
    ['br', () => ({ get: () => env.current().targets[0]?.uri ?? null })],
    ['branch', (spec) => branchAccess(env, spec)],
    ['mf', () => flagsAccess(env, 'flags')],
    ['sf', () => flagsAccess(env, 'scriptFlags')],
    ['bf', () => flagsAccess(env, 'branchFlags')],
    ['sndto', (spec) => sentTo(env, spec)],
    ['sndfrom', (spec) => sentTo(env, spec)],
  ])
}

type Getters = Readonly<Record<string, () => PvValue>>

function readOnly(getters: Getters): readonly (readonly [string, PvDefinition])[] {
  return Object.entries(getters).map(([name, get]) => [name, () => ({ get })])
}

function startLine(env: KsrEnvironment): Getters {
  return {
    rm() {
      const { message } = env.current()
      return message.text(message.cseqMethodStart, message.cseqMethodEnd)
    },
    rs() {
      const { message } = env.current()
      return message.isRequest ? null : message.status
    },
    rr() {
      const { message } = env.current()
      return message.isRequest ? null : message.text(message.reasonStart, message.reasonEnd)
    },
    mb() {
      const { message } = env.current()
      return message.text(message.start, message.end)
    },
    ml() {
      const { message } = env.current()
      return message.end - message.start
    },
    mt: () => (env.current().message.isRequest ? 1 : 2),
    mi: () => env.scope.serial,
    rb() {
      const { message } = env.current()
      return message.end > message.bodyStart ? message.text(message.bodyStart, message.end) : null
    },
    bs() {
      const { message } = env.current()
      return message.end - message.bodyStart
    },
  }
}

function headers(env: KsrEnvironment): Getters {
  const header = (id: number) => (): PvValue => env.current().message.header(id)
  const number = (id: number) => (): PvValue => {
    const value = env.current().message.header(id)
    return value !== null && /^\d+$/.test(value) ? Number(value) : null
  }
  return {
    ua: header(HeaderId.USER_AGENT),
    cT: header(HeaderId.CONTENT_TYPE),
    ct: header(HeaderId.CONTACT),
    cl: number(HeaderId.CONTENT_LENGTH),
    expires: number(HeaderId.EXPIRES),
    ci() {
      const { message } = env.current()
      return message.text(message.callIdStart, message.callIdEnd)
    },
    cs: () => env.current().message.cseq,
    ai: () => bracketed(env.current().message.header(HeaderId.P_ASSERTED_IDENTITY)),
    pd: () => bracketed(env.current().message.header(HeaderId.P_PREFERRED_IDENTITY)),
    di: () => bracketed(env.current().message.header(HeaderId.DIVERSION)),
  }
}

function bracketed(value: string | null): string | null {
  return value === null ? null : (/<([^>]*)>/.exec(value)?.[1] ?? value)
}

function network(env: KsrEnvironment): Getters {
  const proto = (): string => transportName(env.current().source.transport)
  return {
    si: () => env.current().source.remote.address,
    sp: () => env.current().source.remote.port,
    Ri: () => env.current().source.listener.address,
    Rp: () => env.current().source.listener.port,
    RAi: () => env.current().source.listener.advertise.replace(/:\d+$/, ''),
    RAp: () => Number(/\d+$/.exec(env.current().source.listener.advertise)?.[0] ?? 0),
    Ru: () => socketName(env.current().source.transport, env.current().source.listener),
    su: () => `sip:${socketName(env.current().source.transport, env.current().source.remote).replace(/^\w+:/, '')};transport=${proto()}`,
    pr: proto,
    proto,
    af: () => (env.current().source.remote.family === 6 ? 'INET6' : 'INET'),
  }
}

function headerValue(env: KsrEnvironment, { inner, index }: PvSpec): PvValue {
  const { message } = env.current()
  const lines = headerLines(message, inner)
  if (index === 'all') return lines.map((_, i) => message.header(inner, i)).join(',')
  const at = index ?? 0
  return message.header(inner, at < 0 ? lines.length + at : at)
}

/** In ksr_onsend_route: where the message goes, and from which of our addresses. */
function sentTo(env: KsrEnvironment, { name, inner }: PvSpec): PvAccess | null {
  const side = () => (name === 'sndto' ? env.scope.sentTo?.remote : env.scope.sentTo?.listener)
  const parts: Readonly<Record<string, () => PvValue>> = {
    ip: () => side()?.address ?? null,
    port: () => side()?.port ?? null,
    af: () => side()?.family ?? null,
    proto: () => (env.scope.sentTo === null ? null : transportName(env.scope.sentTo.transport)),
  }
  return Object.hasOwn(parts, inner) ? { get: parts[inner] } : null
}

function flagsAccess(env: KsrEnvironment, field: 'flags' | 'scriptFlags' | 'branchFlags'): PvAccess {
  return {
    get: () => env.current()[field],
    set(value) {
      if (typeof value !== 'number') return false
      env.current()[field] = value >>> 0
      return true
    },
  }
}
