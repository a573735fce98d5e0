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
  /** `only one`, `start line`, `time`, `body`, `value`, or the name of a header. */
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
  const [one, other] = [fromFirst(kamailio), fromFirst(signalbox)]
  for (const where of Object.keys(one)) found.push(...compareReceivers(where, one[where] ?? [], other[where] ?? []))
  for (const what of Object.keys(kamailio.counters)) {
    const [left, right] = [kamailio.counters[what], signalbox.counters[what]]
    if (left !== right) found.push({ where: 'tm.stats', what, field: 'value', kamailio: String(left), signalbox: String(right) })
  }
  return found
}

/** Times from the first message that anybody received: how long the caller's process took to send its first does not matter. */
function fromFirst({ received }: Recording): Recording['received'] {
  const first = Math.min(...Object.values(received).flatMap((messages) => messages.map(({ at }) => at)))
  return Object.fromEntries(
    Object.entries(received).map(([where, messages]) => [where, messages.map((message) => ({ ...message, at: message.at - first }))]),
  )
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

/** Lengths of the longest common subsequences of labels, from each position to the end. */
function commonLengths(one: readonly Received[], other: readonly Received[]): (i: number, j: number) => number {
  const lengths = Array.from({ length: one.length + 1 }, () => new Array<number>(other.length + 1).fill(0))
  const length = (i: number, j: number): number => lengths[i]?.[j] ?? 0
  for (let i = one.length - 1; i >= 0; i -= 1) {
    for (let j = other.length - 1; j >= 0; j -= 1) {
      const row = lengths[i] ?? []
      row[j] = one[i]?.label === other[j]?.label ? length(i + 1, j + 1) + 1 : Math.max(length(i + 1, j), length(i, j + 1))
    }
  }
  return length
}

/** Messages side by side; what has no partner stands beside null. */
function align(one: readonly Received[], other: readonly Received[]): readonly Pair[] {
  const length = commonLengths(one, other)
  const pairs: Pair[] = []
  let [i, j] = [0, 0]
  while (i < one.length || j < other.length) {
    const [left, right] = [one[i] ?? null, other[j] ?? null]
    const both = left?.label === right?.label
    const onlyLeft = !both && (right === null || (left !== null && length(i + 1, j) >= length(i, j + 1)))
    pairs.push(both ? [left, right] : onlyLeft ? [left, null] : [null, right])
    if (both || onlyLeft) i += 1
    if (!onlyLeft) j += 1
  }
  return pairs
}
