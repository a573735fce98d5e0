import type { Received } from './normalise.ts'
import type { Recording } from './play.ts'

/** Milliseconds that a message may come earlier or later: a tick of Kamailio's timers is 62.5, the rest is a busy machine. */
const TOLERANCE = 170

/** One thing that a receiver saw from one program and not from the other. */
export interface Difference {
  /** caller, a, b ..., or `tm.stats`. */
  readonly where: string
  /** Label of the message, or name of the counter. */
  readonly what: string
  /** `only one`, `order`, `start line`, `time`, `body`, `value`, or the name of a header. */
  readonly field: string
  readonly kamailio: string
  readonly signalbox: string
}

export function describeDifference(difference: Difference): string {
  const { where, what, field, kamailio, signalbox } = difference
  return `${where}, ${what}, ${field}: Kamailio ${kamailio}, Signalbox ${signalbox}`
}

export function compareRecordings(kamailio: Recording, signalbox: Recording): readonly Difference[] {
  const found: Difference[] = []
  for (const where of Object.keys(kamailio.received))
    found.push(...compareReceivers(where, kamailio.received[where] ?? [], signalbox.received[where] ?? []))
  for (const what of Object.keys(kamailio.counters)) {
    const [one, other] = [kamailio.counters[what], signalbox.counters[what]]
    if (one !== other) found.push({ where: 'tm.stats', what, field: 'value', kamailio: String(one), signalbox: String(other) })
  }
  return found
}

function compareReceivers(where: string, kamailio: readonly Received[], signalbox: readonly Received[]): readonly Difference[] {
  const found: Difference[] = []
  for (const [one, other] of align(kamailio, signalbox)) {
    if (one === null || other === null) {
      const what = (one ?? other)?.label ?? ''
      const shown = (message: Received | null): string => (message === null ? 'nothing' : `"${message.startLine}"`)
      found.push({ where, what, field: 'only one', kamailio: shown(one), signalbox: shown(other) })
    } else found.push(...compareMessages(where, one, other))
  }
  return found
}

function compareMessages(where: string, one: Received, other: Received): readonly Difference[] {
  const found: Difference[] = []
  const note = (field: string, kamailio: string, signalbox: string): void => {
    if (kamailio !== signalbox) found.push({ where, what: one.label, field, kamailio, signalbox })
  }
  note('start line', one.startLine, other.startLine)
  note('body', one.body, other.body)
  for (const name of new Set([...one.headers.keys(), ...other.headers.keys()]))
    note(name, (one.headers.get(name) ?? ['nothing']).join(' | '), (other.headers.get(name) ?? ['nothing']).join(' | '))
  if (Math.abs(one.at - other.at) > TOLERANCE) note('time', `${Math.round(one.at)} ms`, `${Math.round(other.at)} ms`)
  return found
}

type Pair = readonly [Received | null, Received | null]

/** Longest common subsequence of the labels; what is left over has no partner. */
function align(one: readonly Received[], other: readonly Received[]): readonly Pair[] {
  const lengths = Array.from({ length: one.length + 1 }, () => new Array<number>(other.length + 1).fill(0))
  const length = (i: number, j: number): number => lengths[i]?.[j] ?? 0
  for (let i = one.length - 1; i >= 0; i -= 1) {
    for (let j = other.length - 1; j >= 0; j -= 1) {
      const row = lengths[i] ?? []
      row[j] = one[i]?.label === other[j]?.label ? length(i + 1, j + 1) + 1 : Math.max(length(i + 1, j), length(i, j + 1))
    }
  }
  const pairs: Pair[] = []
  let [i, j] = [0, 0]
  while (i < one.length || j < other.length) {
    const [left, right] = [one[i] ?? null, other[j] ?? null]
    if (left !== null && right !== null && left.label === right.label && length(i, j) === length(i + 1, j + 1) + 1) {
      pairs.push([left, right])
      i += 1
      j += 1
    } else if (right === null || (left !== null && length(i + 1, j) >= length(i, j + 1))) {
      pairs.push([left, null])
      i += 1
    } else {
      pairs.push([null, right])
      j += 1
    }
  }
  return pairs
}
