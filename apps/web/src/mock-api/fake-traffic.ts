import type { FakeEngine } from './fake-engine.ts'
import { FakeTransaction } from './fake-transaction.ts'

const USERS = ['Alice', 'Bob', 'Carol', 'Dave', 'Erin', 'Frank', 'Grace', 'Heidi', 'Ivan', 'Judy'] as const
const FR_MS = 30_000
const FR_INV_MS = 120_000

type Scenario = (engine: FakeEngine) => void

/** Scenarios with their share of the traffic. */
const MIX: readonly (readonly [number, Scenario])[] = [
  [26, answered],
  [12, busy],
  [8, forked],
  [7, cancelled],
  [4, silent],
  [22, options],
  [14, register],
  [7, unknownUser],
]

/** Starts one transaction after another, about `perSecond` of them. */
export function startTraffic(engine: FakeEngine, perSecond: number): void {
  const total = MIX.reduce((sum, [share]) => sum + share, 0)
  const next = (): void => {
    let pick = engine.random.between(0, total)
    const chosen = MIX.find(([share]) => (pick -= share) < 0) ?? MIX[0]
    chosen[1](engine)
    engine.clock.after((-Math.log(1 - engine.random.next()) * 1000) / perSecond, next)
  }
  engine.clock.after(10, next)
}

function open(engine: FakeEngine, method: string): FakeTransaction {
  const { random } = engine
  const from = random.pick(USERS)
  const to = random.pick(USERS.filter((user) => user !== from))
  const tx = new FakeTransaction(engine, {
    method,
    ruri: method === 'REGISTER' ? 'sip:example.net' : `sip:${to.toLowerCase()}@example.net`,
    fromUri: `sip:${from.toLowerCase()}@example.net`,
    fromName: from,
    toUri: method === 'REGISTER' ? `sip:${from.toLowerCase()}@example.net` : `sip:${to.toLowerCase()}@example.net`,
    callId: `${random.hex(16)}@10.0.0.${2 + random.integer(9)}`,
    cseq: 1 + random.integer(300),
    fromTag: random.hex(8),
    toTag: random.hex(8),
    caller: `10.0.0.${2 + random.integer(9)}:5060`,
    viaBranch: random.hex(10),
  })
  engine.opened(tx)
  return tx
}

const phone = (engine: FakeEngine): string => `udp:10.0.0.${20 + engine.random.integer(12)}:5080`

/** Sends the INVITE to a branch with its timers; the request is sent again until something answers. */
function ring(tx: FakeTransaction, target: string, onTimeout: (branch: number) => void): number {
  const branch = tx.forward(target)
  const again = (ms: number): void =>
    tx.arm(branch, 'retr', ms, () => {
      tx.retransmit(branch)
      again(Math.min(ms * 2, 4000))
    })
  again(500)
  tx.arm(branch, 'fr', tx.row.method === 'INVITE' ? FR_MS : 5000, () => onTimeout(branch))
  return branch
}

function provisional(tx: FakeTransaction, branch: number, status: number): void {
  tx.branchReply(branch, status)
  tx.disarm(branch, 'retr')
  tx.disarm(branch, 'fr')
  tx.state(branch, 'proceeding')
  tx.arm(branch, 'fr_inv', FR_INV_MS, () => timedOut(tx, branch))
  if (status > 100) tx.reply(status)
}

function final(tx: FakeTransaction, branch: number, status: number): void {
  for (const timer of ['retr', 'fr', 'fr_inv']) tx.disarm(branch, timer)
  tx.branchReply(branch, status)
  if (status >= 300 && tx.row.kind === 'ist') tx.forward('', 'ACK', branch)
  tx.state(branch, status < 300 && tx.row.kind === 'ist' ? 'accepted' : 'completed')
}

function send(tx: FakeTransaction, branch: number, status: number, rule: string): void {
  tx.emit('reply-picked', branch, { status, branch, rule })
  tx.reply(status)
  tx.state(null, status < 300 && tx.row.kind === 'ist' ? 'accepted' : 'completed')
  if (status >= 300 && tx.row.kind === 'ist') {
    tx.after(30, () => {
      tx.receive('ACK')
      tx.state(null, 'confirmed')
      tx.finish()
    })
  } else tx.finish()
}

function candidate(tx: FakeTransaction, branch: number, status: number, faked = false): void {
  const reason = status === 408 ? 'Request Timeout' : status === 486 ? 'Busy Here' : 'Request Terminated'
  tx.emit('reply-candidate', branch, { status, reason, priority: status === 408 ? 50 : 30, faked })
}

function timedOut(tx: FakeTransaction, branch: number): void {
  for (const timer of ['retr', 'fr_inv']) tx.disarm(branch, timer)
  tx.row.branches[branch].status = 408
  tx.state(branch, 'terminated')
  candidate(tx, branch, 408, true)
  send(tx, branch, 408, 'only branch left')
}

function answered(engine: FakeEngine): void {
  const tx = open(engine, 'INVITE')
  tx.reply(100)
  const branch = ring(tx, phone(engine), (b) => timedOut(tx, b))
  const slow = engine.random.next() < 0.15
  tx.after(engine.random.between(20, 60) + (slow ? 1700 : 0), () => provisional(tx, branch, 100))
  tx.after(engine.random.between(100, 300) + (slow ? 1700 : 0), () => provisional(tx, branch, 180))
  tx.after(engine.random.between(2500, 14_000), () => {
    final(tx, branch, 200)
    send(tx, branch, 200, '2xx goes upstream at once')
    tx.after(engine.random.between(4000, 9000), () => bye(engine))
  })
}

function bye(engine: FakeEngine): void {
  const tx = open(engine, 'BYE')
  const branch = ring(tx, phone(engine), (b) => timedOut(tx, b))
  tx.after(engine.random.between(10, 40), () => {
    final(tx, branch, 200)
    send(tx, branch, 200, 'only branch')
  })
}

function busy(engine: FakeEngine): void {
  const tx = open(engine, 'INVITE')
  tx.reply(100)
  const branch = ring(tx, phone(engine), (b) => timedOut(tx, b))
  tx.after(engine.random.between(40, 120), () => provisional(tx, branch, 180))
  tx.after(engine.random.between(900, 2500), () => {
    final(tx, branch, 486)
    candidate(tx, branch, 486)
    send(tx, branch, 486, 'best of all branches')
  })
}

function forked(engine: FakeEngine): void {
  const tx = open(engine, 'INVITE')
  tx.reply(100)
  const branches = [0, 1, 2].map(() => ring(tx, phone(engine), (b) => timedOut(tx, b)))
  branches.forEach((branch, i) => tx.after(60 + i * 45, () => provisional(tx, branch, 180)))
  tx.after(1200, () => {
    final(tx, 0, 486)
    candidate(tx, 0, 486)
    tx.emit('reply-dropped', 0, { status: 486, reason: 'other branches still ring' })
  })
  tx.after(engine.random.between(4000, 9000), () => {
    final(tx, 1, 200)
    send(tx, 1, 200, '2xx goes upstream at once')
    cancelBranch(tx, 2)
  })
}

function cancelBranch(tx: FakeTransaction, branch: number): void {
  tx.forward('', 'CANCEL', branch)
  tx.after(25, () => tx.branchReply(branch, 200, 'CANCEL'))
  tx.after(40, () => {
    final(tx, branch, 487)
    tx.emit('reply-dropped', branch, { status: 487, reason: 'a 2xx was sent already' })
  })
}

function cancelled(engine: FakeEngine): void {
  const tx = open(engine, 'INVITE')
  tx.reply(100)
  const branch = ring(tx, phone(engine), (b) => timedOut(tx, b))
  tx.after(80, () => provisional(tx, branch, 180))
  tx.after(engine.random.between(3000, 8000), () => {
    tx.receive('CANCEL')
    tx.reply(200, 'CANCEL')
    tx.forward('', 'CANCEL', branch)
    tx.after(20, () => tx.branchReply(branch, 200, 'CANCEL'))
    tx.after(35, () => {
      final(tx, branch, 487)
      candidate(tx, branch, 487)
      send(tx, branch, 487, 'best of all branches')
    })
  })
}

function silent(engine: FakeEngine): void {
  const tx = open(engine, 'INVITE')
  tx.reply(100)
  ring(tx, phone(engine), (b) => timedOut(tx, b))
}

function options(engine: FakeEngine): void {
  immediate(engine, 'OPTIONS', 200)
}

function register(engine: FakeEngine): void {
  immediate(engine, 'REGISTER', 200)
}

function unknownUser(engine: FakeEngine): void {
  immediate(engine, 'MESSAGE', 404)
}

function immediate(engine: FakeEngine, method: string, status: number): void {
  const tx = open(engine, method)
  engine.bump('rpl_generated')
  tx.reply(status)
  tx.state(null, 'completed')
  tx.finish()
}
