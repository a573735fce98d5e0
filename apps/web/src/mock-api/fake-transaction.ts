import type { BranchRow, EngineEvent, EventKindName, TmStatsKey, TransactionRow } from '@signalbox/contract'
import { reasonPhrase } from '../format/sip.ts'
import type { Random } from './random.ts'
import { replyText, requestText, type DialogText } from './sip-text.ts'
import type { VirtualClock } from './virtual-clock.ts'

const LOCAL = '127.0.0.1:5060'

/** What a transaction needs of the engine around it. */
export interface TransactionHost {
  readonly random: Random
  readonly clock: VirtualClock
  wall(): number
  event(kind: EventKindName, row: TransactionRow, branch: number | null, data: object): EngineEvent
  changed(tx: FakeTransaction, event: EngineEvent): void
  destroyed(tx: FakeTransaction): void
  waiting(change: number): void
  count(counter: 'messagesIn' | 'messagesOut' | 'retransmissions'): void
  bump(key: TmStatsKey): void
  replied(status: number): void
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] }

/** One transaction of the fake engine: its row, its events, its timers. */
export class FakeTransaction {
  readonly row: Mutable<TransactionRow> & { branches: Mutable<BranchRow>[] }
  readonly events: EngineEvent[] = []
  readonly dialog: DialogText
  readonly #engine: TransactionHost
  readonly #timers = new Map<string, () => void>()

  constructor(engine: TransactionHost, dialog: DialogText) {
    this.#engine = engine
    this.dialog = dialog
    const index = engine.random.integer(65_536)
    const label = engine.random.integer(2_000_000_000)
    const now = engine.wall()
    const invite = dialog.method === 'INVITE'
    this.row = {
      key: `${index}:${label}`,
      index,
      label,
      kind: invite ? 'ist' : 'nist',
      method: dialog.method,
      ruri: dialog.ruri,
      from: `"${dialog.fromName}" <${dialog.fromUri}>;tag=${dialog.fromTag}`,
      to: `<${dialog.toUri}>`,
      callId: dialog.callId,
      cseq: `${dialog.cseq} ${dialog.method}`,
      source: `udp:${dialog.caller}`,
      local: false,
      state: invite ? 'proceeding' : 'trying',
      status: null,
      branches: [],
      retransmissions: 0,
      createdAt: now,
      updatedAt: now,
      endedAt: null,
    }
    const { kind, method, ruri, from, to, callId, cseq, source, local } = this.row
    this.emit('created', null, { kind, method, ruri, from, to, callId, cseq, source, local })
    this.receive(dialog.method)
    this.emit('script-enter', null, { route: 'request' })
    this.emit('script-exit', null, { route: 'request' })
  }

  after(ms: number, run: () => void): void {
    this.#engine.clock.after(ms, run)
  }

  emit(kind: EventKindName, branch: number | null, data: object): void {
    this.row.updatedAt = this.#engine.wall()
    const event = this.#engine.event(kind, this.row, branch, data)
    this.events.push(event)
    this.#engine.changed(this, event)
  }

  receive(method: string): void {
    this.#engine.count('messagesIn')
    this.#message('msg-in', null, { method, status: null, raw: requestText(this.dialog, method, null) })
  }

  reply(status: number, method = this.row.method): void {
    this.#engine.replied(status)
    if (method === this.row.method) this.row.status = status
    const raw = replyText(this.dialog, { status, reason: reasonPhrase(status), method }, null)
    this.#engine.count('messagesOut')
    this.#message('msg-out', null, { method, status, raw })
  }

  forward(target: string, method = this.row.method, branch = this.row.branches.length): number {
    if (this.row.branches[branch] === undefined) {
      const state = this.row.kind === 'ist' ? 'calling' : 'trying'
      this.row.branches.push({ index: branch, target, state, status: null })
    }
    this.#send('msg-out', branch, method)
    return branch
  }

  retransmit(branch: number, method = this.row.method): void {
    this.row.retransmissions += 1
    this.#engine.count('retransmissions')
    this.#send('retransmit', branch, method)
  }

  branchReply(branch: number, status: number, method = this.row.method): void {
    this.#engine.count('messagesIn')
    this.#engine.bump('rpl_received')
    const raw = replyText(this.dialog, { status, reason: reasonPhrase(status), method }, { branch })
    if (method === this.row.method) this.row.branches[branch].status = status
    this.#message('msg-in', branch, { method, status, raw })
  }

  state(branch: number | null, to: string): void {
    const holder = branch === null ? this.row : this.row.branches[branch]
    const from = holder.state
    if (from === to) return
    holder.state = to
    const machine = branch === null ? this.row.kind : this.row.kind === 'ist' ? 'ict' : 'nict'
    this.emit('state', branch, { machine, from, to })
  }

  arm(branch: number | null, timer: string, ms: number, fired: () => void): void {
    const key = `${branch}|${timer}`
    this.#timers.get(key)?.()
    this.emit('timer-armed', branch, { timer, ms })
    this.#timers.set(
      key,
      this.#engine.clock.after(ms, () => {
        this.#timers.delete(key)
        this.emit('timer-fired', branch, { timer })
        fired()
      }),
    )
  }

  disarm(branch: number | null, timer: string): void {
    const key = `${branch}|${timer}`
    const cancel = this.#timers.get(key)
    if (cancel === undefined) return
    cancel()
    this.#timers.delete(key)
    this.emit('timer-cancelled', branch, { timer })
  }

  /** The last machine ended: wt_timer, then gone. */
  finish(): void {
    this.row.endedAt = this.#engine.wall()
    this.#engine.waiting(1)
    this.arm(null, 'wait', 5000, () => {
      this.#engine.waiting(-1)
      this.emit('destroyed', null, {})
      this.#engine.destroyed(this)
    })
  }

  #send(kind: 'msg-out' | 'retransmit', branch: number, method: string): void {
    const uri = `sip:${this.dialog.toUri.replace(/^sip:|@.*$/g, '')}@${this.row.branches[branch].target.slice(4)}`
    this.#engine.count('messagesOut')
    this.#message(kind, branch, { method, status: null, raw: requestText(this.dialog, method, { branch, uri }) })
  }

  #message(
    kind: 'msg-in' | 'msg-out' | 'retransmit',
    branch: number | null,
    message: { readonly method: string; readonly status: number | null; readonly raw: string },
  ): void {
    const remote = branch === null ? this.dialog.caller : this.row.branches[branch].target.slice(4)
    const direction = kind === 'msg-in' ? 'in' : 'out'
    this.emit(kind, branch, { direction, ...message, transport: 'udp', local: LOCAL, remote })
  }
}
