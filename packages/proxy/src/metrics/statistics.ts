import { slStatsKeys } from '@signalbox/contract'
import type { ThreadFacts } from '../control/thread-facts.ts'
import { Counter } from './counter-layout.ts'
import type { EngineCounters } from './engine-counters.ts'

/** One number under its Kamailio name (control-reference 2.2). */
export interface Statistic {
  readonly group: string
  readonly name: string
  readonly value: number
}

type Values = Readonly<Record<string, number>>

/** What `stats.*` and `cnt.*` tell, by group; groups and names as Kamailio has them, those only that are counted here. */
export function statistics(counters: EngineCounters, facts: ThreadFacts, fixed: Readonly<Record<string, Values>>): readonly Statistic[] {
  const groups: Record<string, Values> = {
    core: core(counters),
    dns: { failed_dns_request: counters.get(Counter.dnsFailures) },
    registrar: {
      accepted_regs: counters.get(Counter.acceptedRegs),
      rejected_regs: counters.get(Counter.rejectedRegs),
      ...fixed['registrar'],
    },
    sl: sl(counters),
    tcp: { current_opened_connections: facts.connections },
    tmx: tmx(counters),
    usrloc: { registered_users: facts.users, 'location-users': facts.users, 'location-contacts': facts.contacts },
  }
  return Object.entries(groups).flatMap(([group, values]) => Object.entries(values).map(([name, value]) => ({ group, name, value })))
}

const METHODS = [
  ...['INVITE', 'CANCEL', 'ACK', 'BYE', 'INFO', 'REGISTER', 'SUBSCRIBE'],
  ...['NOTIFY', 'MESSAGE', 'OPTIONS', 'PRACK', 'UPDATE', 'REFER', 'PUBLISH'],
] as const
const REPLY_CODES = [401, 404, 407, 480, 486] as const

function core(counters: EngineCounters): Values {
  const requests = counters.requests().filter((one) => one.direction === 'received')
  const replies = counters.replies().filter((one) => one.direction === 'received')
  const repliesIf = (test: (code: number) => boolean) => sum(replies.filter((one) => test(one.code)))
  const byMethod = METHODS.map((method) => [`rcv_requests_${method.toLowerCase()}`, sum(requests.filter((one) => one.method === method))])
  const byClass = [1, 2, 3, 4, 5, 6].map((digit) => [`rcv_replies_${digit}xx`, repliesIf((code) => Math.floor(code / 100) === digit)])
  const byCode = REPLY_CODES.map((wanted) => [`rcv_replies_${wanted}`, repliesIf((code) => code === wanted)])
  return {
    bad_msg_hdr: counters.get(Counter.parseErrors),
    err_requests: counters.get(Counter.badRequests),
    rcv_requests: sum(requests),
    ...(Object.fromEntries(byMethod) as Values),
    rcv_replies: sum(replies),
    rcv_replies_18x: repliesIf((code) => code >= 180 && code < 190),
    ...(Object.fromEntries(byClass) as Values),
    ...(Object.fromEntries(byCode) as Values),
  }
}

function sum(counts: readonly { readonly count: number }[]): number {
  return counts.reduce((total, one) => total + one.count, 0)
}

/** tm-reference 11. */
function tmx(counters: EngineCounters): Values {
  const total = counters.get(Counter.tmTotal)
  const current = total - counters.get(Counter.tmDeleted)
  const received = counters.get(Counter.tmRplReceived)
  const generated = counters.get(Counter.tmRplGenerated)
  const sent = counters.get(Counter.tmRplSent)
  return {
    UAS_transactions: total,
    UAC_transactions: counters.get(Counter.tmTotalLocal),
    '2xx_transactions': counters.get(Counter.tm2xx),
    '3xx_transactions': counters.get(Counter.tm3xx),
    '4xx_transactions': counters.get(Counter.tm4xx),
    '5xx_transactions': counters.get(Counter.tm5xx),
    '6xx_transactions': counters.get(Counter.tm6xx),
    inuse_transactions: current,
    active_transactions: current - counters.get(Counter.tmWaiting),
    rpl_received: received,
    rpl_relayed: sent - generated,
    rpl_absorbed: received - (sent - generated),
    rpl_generated: generated,
    rpl_sent: sent,
  }
}

function sl(counters: EngineCounters): Values {
  const codes = slCodes(counters)
  return {
    ...Object.fromEntries(Object.entries(codes).map(([key, count]) => [`${key}_replies`, count])),
    sent_replies: sum(counters.statelessReplies()),
    received_ACKs: counters.get(Counter.slAcks),
    failures: counters.get(Counter.slFailures),
  }
}

/** Stateless replies as `sl.stats` tells them apart; a class is what has no key of its own. */
export function slCodes(counters: EngineCounters): Record<string, number> {
  const codes: Record<string, number> = Object.fromEntries(slStatsKeys.map((key) => [key, 0]))
  for (const { code, count } of counters.statelessReplies()) {
    const exact = String(code)
    const family = `${Math.floor(code / 100)}xx`
    codes[exact in codes ? exact : family in codes ? family : 'xxx'] += count
  }
  return codes
}
