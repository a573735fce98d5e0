import type { CoreParameters } from '../dns/core-parameters.ts'
import type { DnsAnswer, DnsRecord, DnsSource, DnsType, RecordsOf } from '../dns/dns-source.ts'
import { isDomainName, type DnsQuestion, type DnsVerdict } from './dns-message.ts'
import { queryNameServer } from './name-server-query.ts'
import type { NameServer, ResolvConf } from './resolv-conf.ts'

type Done = (answer: DnsAnswer<DnsRecord>) => void

/** Each question under way has a socket of its own; the next ones wait, and where too many wait, nobody can tell in time. */
const MOST_UNDER_WAY = 256
const MOST_WAITING = 2048
/** Aliases that lead from one answer to another question. */
const MOST_DETOURS = 4
const FAILED: DnsAnswer<never> = { outcome: 'failed', records: [] }
const ABSENT: DnsAnswer<never> = { outcome: 'absent', records: [] }

/** Asks name servers itself, so that the TTL of every record is known. */
export class NameServerSource implements DnsSource {
  readonly #params: Readonly<CoreParameters>
  readonly #conf: () => ResolvConf
  readonly #waiting: (() => void)[] = []
  #underWay = 0

  constructor(params: Readonly<CoreParameters>, conf: () => ResolvConf) {
    this.#params = params
    this.#conf = conf
  }

  ask<T extends DnsType>(type: T, name: string, done: (answer: DnsAnswer<RecordsOf[T]>) => void): void {
    const names = this.#candidates(type, name).filter(isDomainName)
    if (names.length === 0) return done(ABSENT)
    if (this.#waiting.length >= MOST_WAITING) return done(FAILED)
    const start = (): void => {
      this.#underWay++
      this.#firstOf(type, names, (answer) => {
        this.#underWay--
        this.#waiting.shift()?.()
        ;(done as Done)(answer)
      })
    }
    if (this.#underWay < MOST_UNDER_WAY) start()
    else this.#waiting.push(start)
  }

  /** The search list is for short names of hosts (resolv.conf(5), ndots). */
  #candidates(type: DnsType, name: string): readonly string[] {
    const { search, ndots } = this.#conf()
    const isHost = type === 'A' || type === 'AAAA'
    if (!isHost || this.#params.dns_use_search_list === 0 || name.split('.').length > ndots) return [name]
    return [...search.map((domain) => `${name}.${domain}`), name]
  }

  /** The first of the names that is there. */
  #firstOf(type: DnsType, [name, ...others]: readonly string[], done: Done): void {
    this.#resolve({ type, name }, MOST_DETOURS, (answer) => {
      if (answer.outcome === 'absent' && others.length > 0) this.#firstOf(type, others, done)
      else done(answer)
    })
  }

  #resolve(question: DnsQuestion, detours: number, done: Done): void {
    const { servers, timeout, attempts } = this.#conf()
    const { dns_retr_time: time, dns_retr_no: again } = this.#params
    const patience = time > 0 ? time * 1000 : timeout
    const rounds = again >= 0 ? again + 1 : attempts
    const tries = Array.from({ length: rounds }, () => servers).flat()
    this.#try(tries, question, patience, (verdict) => {
      if (verdict.kind === 'answer') done(verdict.answer)
      else if (verdict.kind !== 'alias' || detours === 0 || !isDomainName(verdict.target)) done(FAILED)
      else {
        const { target, ttl } = verdict
        this.#resolve({ type: question.type, name: target }, detours - 1, (answer) => done(noLongerThan(ttl, answer)))
      }
    })
  }

  /** One server after the other until one can tell. */
  #try([server, ...others]: readonly NameServer[], question: DnsQuestion, patience: number, done: (verdict: DnsVerdict) => void): void {
    queryNameServer(server, question, patience, (verdict) => {
      if (verdict.kind === 'useless' && others.length > 0) this.#try(others, question, patience, done)
      else done(verdict)
    })
  }
}

function noLongerThan(ttl: number, answer: DnsAnswer<DnsRecord>): DnsAnswer<DnsRecord> {
  return { ...answer, records: answer.records.map((record) => ({ ...record, ttl: Math.min(ttl, record.ttl) })) }
}
