/** What a random script knows of its world. */
export interface ScriptSurroundings {
  /** Of its own dice. */
  readonly seed: number
  /** URIs that may be tried. */
  readonly targets: readonly string[]
  /** Where everything goes instead, most of the time: the next proxy of a chain; '' when there is none. */
  readonly next: string
}

/** Every route of it waits now and then: for a while, for another message, for something that never comes. */
const routes = `
function dice() {
  state = (state + 0x6d2b79f5) >>> 0
  let mixed = Math.imul(state ^ (state >>> 15), state | 1)
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
}

const gates = []
const suspended = []

async function pause() {
  const kind = dice()
  if (kind < 0.1) await null
  else if (kind < 0.6) await KSR.signalbox.sleep(Math.floor(dice() * 3000))
  else if (kind < 0.7) await Promise.race([KSR.signalbox.sleep(Math.floor(dice() * 500)), KSR.signalbox.sleep(Math.floor(dice() * 40000))])
  else if (kind < 0.75) await KSR.signalbox.sleep(Math.floor(dice() * 100000))
  else if (kind < 0.78) await new Promise(() => {})
  else await new Promise((keep) => gates.push(keep))
  if (dice() < 0.1) await pause()
}

// Lets others go on that wait for it.
function open() {
  while (gates.length > 0 && dice() < 0.6) gates.splice(Math.floor(dice() * gates.length), 1)[0]()
  if (suspended.length > 0 && dice() < 0.3) KSR.tmx.t_continue(...suspended.shift(), 'again')
}

function someTarget() {
  return targets[Math.floor(dice() * targets.length)]
}

function fork() {
  if (next !== '' && dice() < 0.8) return KSR.seturi(next)
  KSR.seturi(someTarget())
  while (dice() < 0.5) KSR.corex.append_branch_uri(someTarget())
}

function arm(share) {
  if (dice() < share) KSR.tm.t_on_failure('again')
  if (dice() < share) KSR.tm.t_on_branch_failure('one')
  if (dice() < share) KSR.tm.t_on_reply('replied')
}

async function ksr_request_route() {
  open()
  if (KSR.is_ACK()) return
  if (KSR.is_CANCEL()) {
    if (dice() < 0.05) await pause()
    // What belongs to no call would come back for ever: there is no Max-Forwards in this script.
    if (KSR.tm.t_lookup_cancel() > 0) KSR.tm.t_relay()
    return
  }
  arm(0.4)
  if (dice() < 0.05 && KSR.tmx.t_suspend() > 0) {
    suspended.push([KSR.pv.get('$T(id_index)'), KSR.pv.get('$T(id_label)')])
    return
  }
  if (dice() < 0.4) await pause()
  if (dice() < 0.02) throw new Error('on purpose')
  if (dice() < 0.05) return void KSR.tm.t_send_reply(486, 'Busy here')
  fork()
  KSR.tm.t_relay()
  if (dice() < 0.1) {
    await pause()
    KSR.tm.t_is_canceled()
    if (dice() < 0.3) KSR.tm.t_relay()
  }
}

async function again() {
  open()
  if (dice() < 0.5) await pause()
  const choice = dice()
  if (choice < 0.1) KSR.tm.t_drop_replies('aln'[Math.floor(dice() * 3)])
  if (choice < 0.3) arm(0.4)
  if (choice < 0.6) {
    fork()
    KSR.tm.t_relay()
    if (dice() < 0.1) await pause()
  } else if (choice < 0.7) KSR.tm.t_reply(480, 'Try later')
  else if (choice < 0.72) throw new Error('on purpose')
}

async function one() {
  open()
  if (dice() < 0.5) await pause()
  if (dice() < 0.5) return
  arm(0.2)
  KSR.corex.append_branch_uri(someTarget())
  KSR.tm.t_relay()
  if (dice() < 0.1) await pause()
}

async function replied() {
  open()
  if (KSR.tm.t_is_retr_async_reply() > 0) return
  if (dice() < 0.5) await pause()
  if (dice() < 0.05) KSR.tmx.t_cancel_branches('others')
  if (dice() < 0.1) KSR.x.drop()
}
`

/** Half of these scripts also hold replies before their transactions know of them. */
const general = `
async function ksr_reply_route() {
  open()
  if (dice() < 0.1) await pause()
  if (dice() < 0.02) KSR.x.drop()
}
`

/** A routing script whose every decision is drawn from the seed. */
export function randomScript({ seed, targets, next }: ScriptSurroundings): string {
  const head = `let state = ${seed}\nconst targets = ${JSON.stringify(targets)}\nconst next = ${JSON.stringify(next)}\n`
  return head + routes + (seed % 2 === 0 ? general : '')
}
