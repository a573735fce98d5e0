import { Method } from '@signalbox/sip'
import type { ScriptServices } from '../../src/engine.ts'
import type { RoutedMessage } from '../../src/forward/routed-message.ts'
import type { Target } from '../../src/forward/target.ts'
import { Location } from '../../src/usrloc/location.ts'
import type { Script } from '../../src/script/script.ts'
import { recordingLog } from '../script/scripted-proxy.ts'
import { simulatedScript } from '../script/simulated-script.ts'
import { randomScript } from './random-script.ts'
import { addresses } from './scripted-dns.ts'
import { INNER, type RandomTraffic } from './random-traffic.ts'
import { SimulatedProxy, type SimulatedThread } from './simulated-proxy.ts'
import { TransactionWatch } from './transaction-watch.ts'

/** A proxy whose parameters and routes are drawn: it forks, tries again, suspends, picks contacts, refuses. */
export class RandomProxy {
  readonly proxy: SimulatedProxy
  readonly watch: TransactionWatch
  readonly noisy: boolean
  /** Whose script asks for a suspended transaction to go on. */
  anyThread: () => SimulatedProxy = () => this.proxy
  readonly #traffic: RandomTraffic
  readonly #log: string[] = []

  /** `thread`: one of several that share the address. */
  constructor(traffic: RandomTraffic, address: string, thread?: SimulatedThread) {
    const { dice, world } = traffic
    this.#traffic = traffic
    this.watch = new TransactionWatch(world)
    this.noisy = dice() < 0.5
    const slow = dice() < 0.3
    this.proxy = new SimulatedProxy(world, {
      address,
      bus: this.watch,
      ...(thread !== undefined && { thread }),
      params: {
        fr_timer: 2000 + Math.floor(dice() * 10_000),
        fr_inv_timer: 5000 + Math.floor(dice() * 20_000),
        cancel_b_method: Math.floor(dice() * 3),
        failure_reply_mode: Math.floor(dice() * 4),
        disable_6xx_block: Math.floor(dice() * 2),
        noisy_ctimer: this.noisy ? 1 : 0,
        aggregate_challenges: Math.floor(dice() * 2),
        max_inv_lifetime: 10_000 + Math.floor(dice() * 60_000),
        max_branches: 1 + Math.floor(dice() * 12),
        auto_inv_100: Math.floor(dice() * 2),
        pass_provisional_replies: Math.floor(dice() * 2),
        blst_503: Math.floor(dice() * 2),
        ...rareParameters(dice),
      },
      core: { use_dns_failover: Math.floor(dice() * 2), use_dst_blocklist: Math.floor(dice() * 2), dns_cache_negative_ttl: 1 },
      dns: {
        'A phone.example': addresses(60, '10.0.1.0'),
        'A phones.example': addresses(1, '10.0.1.1', '10.0.9.9', '10.0.1.2'),
        'A failing.example': 'failed',
        'AAAA failing.example': 'failed',
      },
      dnsDelay: () => (slow ? dice() * 20_000 : 2),
      ...(dice() < 0.35 ? { script: (services: ScriptServices) => this.#script(services) } : {}),
      request: (m, services) => this.#request(m, services),
      failure: (name, m, services) => this.#failure(name, m, services),
      branchFailure: (_name, m, { transactions }) => {
        this.proxy.fork(m, [this.#traffic.anyPhone()])
        transactions.relay(m, 0, '')
      },
      branch: () => dice() < 0.97,
      reply: (_name, m, services) => this.#reply(m, services),
    })
    const { params } = this.proxy.engine.transactions.core
    this.watch.forwardsCancels = params.e2e_cancel_hop_by_hop === 0
    this.watch.sixIsFinal = params.disable_6xx_block === 0
    if (dice() < 0.2) this.proxy.unsendable.add('10.0.1.3:5060')
    this.#stallNowAndThen()
    this.#flapNowAndThen()
  }

  /** What the script said that it does not say on purpose. */
  get complaints(): readonly string[] {
    return this.#log.filter((line) => !line.includes('on purpose'))
  }

  /** The real script layer with a script whose routes wait. */
  #script(services: ScriptServices): Script {
    const { dice, chained } = this.#traffic
    const text = randomScript({
      seed: Math.floor(dice() * 0x1_0000_0000),
      targets: this.#traffic.everyPhone(),
      next: chained && services.transport.isOwnAddress('10.0.0.1', 0) ? `sip:bob@${INNER}` : '',
    })
    const journal = { append: (_changes: unknown, done: (ok: boolean) => void) => done(true) }
    return simulatedScript(services, () => this.proxy, { text, location: new Location(), journal, log: recordingLog(this.#log) })
  }

  #request(m: RoutedMessage, services: ScriptServices): void {
    const { dice } = this.#traffic
    const { transactions } = services
    const { method } = m.message
    // What belongs to no call would come back to the proxy for ever: there is no Max-Forwards in this script.
    if (method === Method.ACK || (method === Method.CANCEL && transactions.lookupCancel(m, false) < 0)) return
    if (method !== Method.CANCEL) {
      if (dice() < 0.5) transactions.armFailure(m, 'again')
      if (dice() < 0.2) transactions.armBranchFailure(m, 'one')
      if (dice() < 0.2) transactions.armBranch(m, 'each')
      if (dice() < 0.2) transactions.armReply(m, 'each')
      if (dice() < 0.15) this.#hurry(m, services)
      if (dice() < 0.05) return void transactions.sendReply(m, 486, 'Busy here')
      if (!this.noisy && dice() < 0.06) return this.#answer(m, services)
      if (dice() < 0.1) return this.#suspend(m, services)
      this.proxy.fork(m, this.#traffic.targetsAt(this.proxy))
      if (dice() < 0.15) this.#byPreference(m, services)
    }
    transactions.relay(m, 0, '')
  }

  /** Its own timers, for this request alone. */
  #hurry(m: RoutedMessage, { transactions }: ScriptServices): void {
    const { dice } = this.#traffic
    const ms = (most: number): number => 1 + Math.floor(dice() * most)
    if (dice() < 0.5) transactions.setFr(m, 1500 + ms(10_000), 1500 + ms(5000))
    if (dice() < 0.5) transactions.setMaxLifetime(m, ms(40_000), ms(20_000))
    if (dice() < 0.5) transactions.setRetr(m, ms(500), ms(4000))
  }

  /** The script answers by itself: finally, or with a reply that it leaves at that, or not at all. */
  #answer(m: RoutedMessage, { transactions }: ScriptServices): void {
    const { dice } = this.#traffic
    const choice = dice()
    if (choice < 0.3) return void transactions.sendReply(m, 200, 'Here')
    if (choice < 0.5) return void transactions.sendReply(m, 302, 'There')
    transactions.newTransaction(m)
    if (choice < 0.7) transactions.reply(m, 180, 'Ringing')
    else if (choice < 0.8) transactions.release(m)
    else if (choice < 0.9) transactions.drop(m, 480)
    else {
      this.proxy.fork(m, [this.#traffic.anyPhone()])
      transactions.replicate(m, '')
      const then = dice()
      if (then < 0.4) transactions.sendReply(m, 202, 'Copied')
      else if (then < 0.8) {
        this.proxy.fork(m, [this.#traffic.anyPhone()])
        transactions.relay(m, 0, '')
      }
    }
  }

  #reply(m: RoutedMessage, { transactions }: ScriptServices): boolean {
    const { dice } = this.#traffic
    if (dice() < 0.03) transactions.cancelBranches(m, ['all', 'this', 'others'][Math.floor(dice() * 3)])
    if (dice() < 0.03) transactions.cancelBranchIndex(m, Math.floor(dice() * 4))
    return dice() < 0.9
  }

  #suspend(m: RoutedMessage, { transactions }: ScriptServices): void {
    const { dice, world } = this.#traffic
    if (transactions.suspend(m) < 0 || m.cell === null) return
    const { index, label } = m.cell
    // Now and then nobody ever comes back.
    if (dice() < 0.1) return
    world.after(dice() * 4000, () => this.anyThread().act((engine) => engine.transactions.resume(index, label, 'resumed')))
  }

  /** t_load_contacts and t_next_contacts on whatever the target set is. */
  #byPreference(m: RoutedMessage, { transactions }: ScriptServices): void {
    const { dice } = this.#traffic
    const targets: readonly Target[] = m.targets.map((target) => ({ ...target, q: Math.floor(dice() * 3) * 500 }))
    m.targets.length = 0
    m.targets.push(...targets)
    transactions.loadContacts(m, Math.floor(dice() * 2))
    if (transactions.nextContacts(m) > 0) transactions.armFailure(m, 'next')
  }

  #failure(name: string, m: RoutedMessage, services: ScriptServices): void {
    const { dice } = this.#traffic
    const { transactions } = services
    const choice = dice()
    if (name === 'next') {
      if (transactions.nextContacts(m) < 0) return
      transactions.armFailure(m, 'next')
      transactions.relay(m, 0, '')
      return
    }
    if (choice < 0.3) transactions.armFailure(m, 'again')
    if (dice() < 0.1) transactions.dropReplies(m, 'aln'[Math.floor(dice() * 3)])
    if (choice < 0.6) {
      this.proxy.fork(m, [this.#traffic.anyPhone(), 'sip:bob@phone.example'])
      transactions.relay(m, 0, '')
    } else if (choice < 0.7) transactions.reply(m, 480, 'Try later')
  }

  /** The name servers lose a name, find it again, give it another address. */
  #flapNowAndThen(): void {
    const { dice, world } = this.#traffic
    const { dns } = this.proxy
    for (let changes = dice() < 0.3 ? Math.floor(dice() * 6) : 0; changes > 0; changes--)
      world.after(dice() * 15_000, () => {
        const address = `10.0.1.${Math.floor(dice() * 6)}`
        const answer = dice() < 0.4 ? 'failed' : dice() < 0.3 ? [] : addresses(1, address)
        dns.zone = { ...dns.zone, [dice() < 0.5 ? 'A phone.example' : 'A phones.example']: answer }
      })
  }

  #stallNowAndThen(): void {
    const { dice, world } = this.#traffic
    for (let stalls = Math.floor(dice() * 4); stalls > 0; stalls--)
      world.after(dice() * 20_000, () => this.proxy.stall(dice() * (dice() < 0.2 ? 40_000 : 1500)))
  }
}

/** Parameters that most worlds leave as they are. */
function rareParameters(dice: () => number): Readonly<Record<string, number | string>> {
  const turned = (initial: number): number => (dice() < 0.25 ? 1 - initial : initial)
  return {
    callid_cseq_matching: turned(0),
    reply_matching: turned(1),
    reply_relay_mode: turned(1),
    failure_exec_mode: turned(0),
    delayed_reply: turned(1),
    reparse_invite: turned(1),
    e2e_cancel_hop_by_hop: turned(1),
    headers_mode: turned(0),
    callid_matching: turned(0),
    relay_100: turned(0),
    remap_503_500: turned(1),
    restart_fr_on_each_reply: turned(1),
    reparse_on_dns_failover: turned(1),
    dns_reuse_rcv_socket: turned(0),
    enable_uac_fr: turned(0),
    local_cancel_reason: turned(1),
    unmatched_cancel: dice() < 0.25 ? 2 : 0,
    failover_reply_codes: dice() < 0.25 ? 'code=486;class=5' : '',
  }
}
